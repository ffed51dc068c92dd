package org.svalinn.source.floor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Program;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Function;
import org.svalinn.machine.iommu.Iommu;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.Use;
import org.svalinn.source.compile.Linker;
import org.svalinn.source.parse.Configuration;
import org.svalinn.source.parse.FrontEnd;
import org.svalinn.source.runtime.Image;
import org.svalinn.source.runtime.Memory;
import org.svalinn.source.tree.SourceTree;

/** C that waits for hardware, hardware that works at its own pace, and interrupts: on a board with a toy for an IOMMU. */
class BoardTest {
    private static final String C = """
            typedef unsigned int u32;
            typedef unsigned long u64;
            void __raw_writeq(u64 value, volatile void *address);
            u64 __raw_readq(const volatile void *address);
            void *__svalinn_iommu_registers(void);
            void cpu_relax(void);
            int request_threaded_irq(u32 irq, int (*handler)(int, void *), int (*thread)(int, void *), u64 flags,
                                     const char *name, void *dev);

            volatile u64 status;
            u64 handled;
            u64 seen;

            static u64 doorbell(void) { return (u64)__svalinn_iommu_registers(); }
            static u64 address_of_status(void) { return (u64)&status - 0xffff000000000000UL + 0x40000000UL; }

            void ring(void) { __raw_writeq(address_of_status(), (void *)doorbell()); }

            void poll_memory(void) {
                ring();
                while (!status)
                    cpu_relax();
                seen = status;
            }

            void poll_register(void) {
                ring();
                while (!__raw_readq((void *)(doorbell() + 8)))
                    cpu_relax();
                seen = status;
            }

            void poll_both(void) {
                ring();
                while (!status && __raw_readq((void *)(doorbell() + 16)) == 0)
                    cpu_relax();
                seen = status;
            }

            void poll_twice(void) {
                ring();
                while (!status) {
                    if (status == 7)
                        break;
                    cpu_relax();
                }
                seen = status;
            }

            void poll_for_ever(void) {
                while (!status)
                    cpu_relax();
            }

            static int handler(int irq, void *dev) { return 2; }
            static int thread(int irq, void *dev) { handled = handled + *(u64 *)dev; return 1; }
            static u64 argument = 7;
            int request(void) { return request_threaded_irq(3, handler, thread, 0, "toy", &argument); }
            """;

    @Test
    void aLoopThatPollsMemorySleepsUntilHardwareHasWritten() {
        assertEveryRunSees("poll_memory", 42);
    }

    @Test
    void aLoopThatPollsARegisterSleepsUntilItHasChanged() {
        assertEveryRunSees("poll_register", 42);
    }

    @Test
    void aLoopThatPollsSeveralThingsIsWokenByEither() {
        assertEveryRunSees("poll_both", 42);
    }

    @Test
    void aLoopThatReadsAWordTwiceInOneRoundMissesNoChangeInBetween() {
        assertEveryRunSees("poll_twice", 42);
    }

    @Test
    void aLoopThatNobodyEndsIsADeadlock() {
        Verdict verdict = Explorer.of(new Toy("poll_for_ever")).explore();

        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        assertThat(((Verdict.Violated) verdict).counterexamples().getFirst().violation().check()).isEqualTo("deadlock");
    }

    @Test
    void duringStartUpTheBoardWorksWhileCWaits() {
        Toy toy = new Toy("poll_memory");
        toy.world.cpu(0).call(toy.image.function("poll_memory"));

        assertThat(toy.global("seen")).isEqualTo(42);
    }

    @Test
    void duringStartUpAWaitForNothingIsRefused() {
        Toy toy = new Toy("poll_memory");

        assertThatThrownBy(() -> toy.world.board().workUntil(() -> false, "a wait")).isInstanceOf(SetupFailure.class).hasMessageContaining("a wait");
    }

    @Test
    void anInterruptRunsItsHandlerAndThenItsThread() {
        Toy toy = new Toy("poll_memory");

        assertThat(Explorer.of(toy).explore()).isInstanceOf(Verdict.Verified.class);
        assertThat(toy.handled).containsExactly(7L);
    }

    @Test
    void hardwareThatTouchesFreedMemoryIsReportedWithWhoFreedIt() {
        Toy toy = new Toy("poll_memory");
        Heap.Allocation page = toy.world.heap().allocate(64, "page", Site.named("test"), toy.world.cpu(0));
        toy.world.heap().free(page.address(), Site.named("frees it"), toy.world.cpu(0));
        Use walk = Use.of(Use.Kind.WALK, "a walk");

        assertThatThrownBy(() -> toy.world.board().memory().read(KernelMemory.physical(page.address()), 8, walk))
                .isInstanceOf(SetupFailure.class).hasMessageContaining("walk-after-free").hasMessageContaining("page");
    }

    private static void assertEveryRunSees(String function, long expected) {
        Toy toy = new Toy(function);
        Verdict verdict = Explorer.of(toy).maxStepsPerExecution(500).explore();

        assertThat(verdict).isInstanceOf(Verdict.Verified.class);
        assertThat(verdict.coverage().classes()).isGreaterThan(1);
        assertThat(toy.seen).containsExactly(expected);
    }

    /** The program: one actor runs a function of {@link #C}, the toy serves its doorbell, a daemon the interrupt. */
    private static final class Toy implements Program {
        final World world = new World();
        final Image image;
        final Set<Long> seen = new TreeSet<>();
        final Set<Long> handled = new TreeSet<>();
        private final String function;
        private boolean began;

        Toy(String function) {
            this.function = function;
            Map<String, String> files = new HashMap<>();
            for (String header : List.of("compiler-version.h", "kconfig.h", "compiler_types.h")) {
                files.put("include/linux/" + header, "\n");
            }
            files.put("Makefile", "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 0\n");
            files.put("toy.c", C);
            var frontEnd = new FrontEnd(
                    new Files(files), new Configuration("arm64", Map.of("HZ", "100", "NR_CPUS", "4", "64BIT", "y")));
            Floor floor = Floor.of(Platform.SMMUV3, world);
            image = Linker.link(List.of(frontEnd.parse("toy.c")), floor.functions(), new Memory.Geometry(1 << 16, 1 << 16, 4, 1 << 16, 1 << 16));
            world.attach(image);
            world.assign(0, "start-up", 0);
            world.assign(1, "driver", 0);
            world.assign(2, "irq", 0);
            world.board().plug(new ToyIommu(world.board()));
            assertThat((int) world.cpu(0).call(image.function("request"))).isZero();
        }

        long global(String name) {
            return image.memory().load(image.address(name), 8);
        }

        @Override
        public void start(Run run) {
            if (!began) {
                began = true;
                world.snapshot();
            }
            world.begin(run);
            var driver = world.cpu(1);
            var interrupt = world.cpu(2);
            run.spawn("driver", () -> driver.call(image.function(function)));
            run.spawnDaemon("irq", () -> world.board().serveInterrupt(0, interrupt));
            run.spawnDaemon("toy", () -> world.board().iommu().serve());
        }

        @Override
        public void finish(Run run) {
            seen.add(global("seen"));
            handled.add(global("handled"));
        }
    }

    /** Rung with the physical address of a word, it writes 42 there, then 1 into its register at 8, then interrupts. */
    private static final class ToyIommu implements Iommu {
        private static final Use STATUS = Use.of(Use.Kind.QUEUE, "writes the status");
        private static final Site REGISTER = Site.named("a register of the toy");
        private final Board board;
        private final Steps steps;
        private final long registers;
        private long doorbell;
        private long done;

        ToyIommu(Board board) {
            this.board = board;
            steps = board.steps();
            registers = board.objects().add("registers of the toy");
        }

        @Override
        public long readRegister(long offset, int size) {
            steps.step(Operation.READ, registers, 1L << offset / 8, REGISTER);
            return offset == 0 ? doorbell : offset == 8 ? done : 0;
        }

        @Override
        public void writeRegister(long offset, int size, long value) {
            steps.step(Operation.WRITE, registers, 1L << offset / 8, REGISTER);
            doorbell = value;
        }

        @Override
        public boolean hasCommand() {
            return doorbell != 0;
        }

        @Override
        public void executeCommand() {
            board.memory().write(doorbell, 8, 42, STATUS);
            steps.step(Operation.WRITE, registers, 0b11, REGISTER);
            doorbell = 0;
            done = 1;
            board.wire(3);
        }

        @Override
        public void serve() {
            while (true) {
                steps.await(Operation.WAIT, registers, 1, this::hasCommand, REGISTER);
                executeCommand();
            }
        }

        @Override
        public void snapshot() {}

        @Override
        public void restore() {
            doorbell = 0;
            done = 0;
        }

        @Override
        public void attach(Function function) {}

        @Override
        public void translate(Transaction transaction) {}

        @Override
        public void completed(Transaction transaction) {}

        @Override
        public void pageRequest(PageRequest request) {}

        @Override
        public void invalidationCompleted(Function function, int tags) {}

        @Override
        public String remembers(int requesterId, int pasid) {
            return "";
        }
    }

    private record Files(Map<String, String> files) implements SourceTree {
        @Override
        public String name() {
            return "toy";
        }

        @Override
        public boolean exists(String path) {
            return files.containsKey(path);
        }

        @Override
        public @Nullable String text(String path) {
            return files.get(path);
        }

        @Override
        public @Nullable String stamp(String path) {
            return files.get(path);
        }
    }
}
