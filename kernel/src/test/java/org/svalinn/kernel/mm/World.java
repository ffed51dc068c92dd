package org.svalinn.kernel.mm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Program;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.pasid.PasidAllocator;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.KernelObject;
import org.svalinn.kernel.sync.Scheduler;
import org.svalinn.kernel.sync.WorkQueue;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.paging.Entries;
import org.svalinn.machine.paging.X86Entries;
import org.svalinn.machine.paging.X86Walker;

/** A kernel of address spaces and nothing else, for one execution of a tiny program. */
final class World {
    static final long PAGE = Ram.PAGE_SIZE;
    static final Variant V5_18 = Variant.of(Design.V5_18);
    private static final int RAM_PAGES = 96;

    final Run run;
    final Core core;
    final Ram ram;
    final PasidAllocator pasids;
    final WorkQueue work;
    final MemoryManagement memory;
    private Entries entries = new X86Entries(X86Walker.format(46, X86Walker.NXE));
    private long attributes = X86Walker.USER;
    private Runnable last = () -> {};

    private World(Run run, Variant variant) {
        this.run = run;
        Scheduler scheduler = Scheduler.of(run);
        core = new Core(scheduler, variant);
        ram = new Ram(scheduler, RAM_PAGES);
        pasids = new PasidAllocator(core, PasidAllocator.Policy.LOWEST_FIRST);
        work = new WorkQueue(core, "events");
        memory = new MemoryManagement(core, pasids, this::pages, work);
        memory.start();
        scheduler.spawnDaemon("kworker", work::serve);
    }

    private MachinePages pages(String name) {
        return new MachinePages(core, ram, name, entries, attributes);
    }

    /** From here on address spaces have tables of this format. */
    void tables(Entries newEntries, long newAttributes) {
        entries = newEntries;
        attributes = newAttributes;
    }

    void actor(String name, Runnable body) {
        run.spawn(name, () -> {
            body.run();
            core.taskWork().run();
        });
    }

    /** Done when all is quiet, before what is left is looked for. */
    void last(Runnable body) {
        last = body;
    }

    void violate(String check, String message) {
        run.report(new Violation(check, message, List.of()));
    }

    /** An mm with this many pages of memory at {@link #PAGE}, all present. */
    Mm mm(String name, int pages) {
        Mm mm = memory.allocate(name);
        if (pages > 0) {
            mm.mmap().anonymous(PAGE, pages * PAGE, Vma.Flag.WRITE);
            for (int i = 1; i <= pages; i++) {
                mm.fault(i * PAGE, true);
            }
        }
        return mm;
    }

    private void checkLeaks() {
        for (KernelObject object : core.slab().live()) {
            violate("leak", object + " is left");
        }
        for (long page = 1; page < RAM_PAGES; page++) {
            if (ram.state(page * PAGE) != PageState.FREE) {
                violate("leak", ram.describe(page * PAGE) + " is left");
            }
        }
        if (pasids.inUse() > 0) {
            violate("leak", "a PASID is left");
        }
    }

    /** Explores every interleaving of what is spawned; when all is quiet nothing may be left. */
    static Verdict explore(Variant variant, Consumer<World> start) {
        return explore(variant, start, world -> {});
    }

    static Verdict explore(Variant variant, Consumer<World> start, Consumer<World> finish) {
        return Explorer.of(new Program() {
            private @Nullable World latest;

            @Override
            public void start(Run run) {
                latest = new World(run, variant);
                start.accept(latest);
            }

            @Override
            public void finish(Run run) {
                World world = Objects.requireNonNull(latest);
                world.last.run();
                finish.accept(world);
                world.core.taskWork().run();
                world.checkLeaks();
            }
        }).explore();
    }

    static void verified(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    }

    /** The checks that fire, each once, by name. */
    static List<String> violations(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        return ((Verdict.Violated) verdict)
                .counterexamples().stream().map(example -> example.violation().check()).distinct().sorted().toList();
    }

    static List<String> messages(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        return ((Verdict.Violated) verdict)
                .counterexamples().stream().map(example -> example.violation().message()).toList();
    }

    /** A notifier that counts its calls; freed by {@code freeNotifier()}, or by whoever unregistered it. */
    static final class Listener extends MmuNotifier {
        private static final Site FREE = Site.named("kfree");
        private final String name;
        private final boolean blockable;
        int released;
        int invalidated;
        Consumer<Mm> onRelease = mm -> {};

        Listener(World world, String name) {
            this(world, name, false);
        }

        Listener(World world, String name, boolean blockable) {
            super(world.core, name, Site.named("kzalloc"));
            this.name = name;
            this.blockable = blockable;
        }

        @Override
        public void release(Mm mm) {
            use(FREE);
            released++;
            onRelease.accept(mm);
        }

        @Override
        public void invalidateRange(Mm mm, long start, long end) {
            read(1, Site.named("invalidates"));
            invalidated++;
        }

        @Override
        public void freeNotifier() {
            free(FREE);
        }

        void kfree() {
            free(FREE);
        }

        @Override
        public boolean isBlockable() {
            return blockable;
        }

        @Override
        public String toString() {
            return name;
        }

        @Override
        public String kind() {
            return "mmu_notifier";
        }
    }
}
