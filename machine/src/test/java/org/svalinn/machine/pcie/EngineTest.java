package org.svalinn.machine.pcie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.svalinn.machine.Machine;
import org.svalinn.machine.MachineViolation;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Use;

/** What an engine does for a driver, without a scheduler. */
class EngineTest {
    private static final int PASID = 5;
    private static final long VA = 0x7f00_0000_1000L;
    private static final Use CPU = Use.of(Use.Kind.SOFTWARE, "the test");

    private final Machine machine = new Machine(Steps.DIRECT, 64);
    private final Owner process = new Owner("the process");
    private final TranslationAgent iommu =
            machine.iommu("iommu", new TranslationAgent(machine.steps(), machine.objects()));
    private final Endpoint nic = machine.function("nic", 0x100, Capabilities.SVA).enable();
    private final Engine engine = nic.engine(new Mover(), 2);

    private long page(long va) {
        long page = machine.ram().allocate(PageState.USER, process);
        iommu.map(PASID, va, page, Access.READ | Access.WRITE);
        return page;
    }

    private long first = page(VA);
    private long second = page(VA + 0x1000);

    EngineTest() {
        nic.program(PASID, process);
    }

    @Test
    void readsAndWritesWords() {
        machine.ram().write(first + 0x10, 8, 0x1122334455667788L, CPU);

        assertThat(engine.perform(Work.read(PASID, VA + 0x10, 8)).result()).isEqualTo(0x1122334455667788L);
        assertThat(engine.perform(Work.read(PASID, VA + 0x12, 2)).result()).isEqualTo(0x5566L);
        assertThat(engine.perform(Work.write(PASID, VA + 0x11, 1, 0xAB)).status()).isEqualTo(Status.SUCCESS);
        assertThat(machine.ram().read(first + 0x10, 8, CPU)).isEqualTo(0x112233445566AB88L);
    }

    @Test
    void copiesOverTheBorderOfTwoPages() {
        for (int i = 0; i < 24; i++) {
            machine.ram().write(i < 12 ? first + 0xff4 + i : second + i - 12, 1, i + 1, CPU);
        }

        engine.perform(Work.copy(PASID, VA + 0xff4, VA + 0x101, 24));

        for (int i = 0; i < 24; i++) {
            assertThat(machine.ram().read(first + 0x101 + i, 1, CPU)).isEqualTo(i + 1);
        }
    }

    @Test
    void readsAWordThatStraddlesTwoPages() {
        machine.ram().write(first + 0xffc, 4, 0xddccbbaaL, CPU);
        machine.ram().write(second, 4, 0x44332211L, CPU);

        assertThat(engine.perform(Work.read(PASID, VA + 0xffc, 8)).result()).isEqualTo(0x44332211ddccbbaaL);
    }

    @Test
    void atomicOpsAnswerWhatTheyFound() {
        machine.ram().write(first, 8, 0xffff_ffff_ffff_fffeL, CPU);

        assertThat(engine.perform(Work.fetchAdd(PASID, VA, 4, 3)).result()).isEqualTo(0xffff_fffeL);
        assertThat(machine.ram().read(first, 8, CPU)).isEqualTo(0xffff_ffff_0000_0001L);
        assertThat(engine.perform(Work.swap(PASID, VA, 8, 7)).result()).isEqualTo(0xffff_ffff_0000_0001L);
        assertThat(engine.perform(Work.compareAndSwap(PASID, VA, 8, 6, 9)).result()).isEqualTo(7);
        assertThat(engine.perform(Work.compareAndSwap(PASID, VA, 8, 7, 9)).result()).isEqualTo(7);
        assertThat(machine.ram().read(first, 8, CPU)).isEqualTo(9);
        assertThat(engine.perform(Work.compareAndSwap128(PASID, VA, 9, 1, 3, 4)).result()).isZero();
        assertThat(engine.perform(Work.compareAndSwap128(PASID, VA, 9, 0, 3, 4)).result()).isEqualTo(1);
        assertThat(machine.ram().read(first + 8, 8, CPU)).isEqualTo(4);
        assertThatThrownBy(() -> engine.perform(Work.fetchAdd(PASID, VA, 2, 1))).hasMessageContaining("no AtomicOp");
    }

    @Test
    void writesACompletionRecord() {
        machine.ram().write(first + 0x20, 8, 42, CPU);
        engine.perform(Work.read(PASID, VA + 0x20, 8).withCompletion(VA + 0x40));

        assertThat(machine.ram().read(first + 0x40, 8, CPU)).isEqualTo(Status.SUCCESS.value());
        assertThat(machine.ram().read(first + 0x48, 8, CPU)).isEqualTo(42);
    }

    @Test
    void dmaForOneProcessThatReachesAnotherIsAViolation() {
        long strangers = machine.ram().allocate(PageState.USER, new Owner("a stranger"));
        iommu.map(PASID, VA + 0x2000, strangers, Access.READ);

        assertThatThrownBy(() -> engine.perform(Work.read(PASID, VA + 0x2000, 8)))
                .isInstanceOf(MachineViolation.class)
                .hasMessageContaining("isolation")
                .hasMessageContaining("the process reads page")
                .hasMessageContaining("a stranger");
    }

    @Test
    void takesNoMoreWorkThanItsQueueHolds() {
        assertThat(engine.submit(Work.read(PASID, VA, 8))).isNotNull();
        assertThat(engine.submit(Work.read(PASID, VA, 8))).isNotNull();
        assertThat(engine.submit(Work.read(PASID, VA, 8))).isNull();
        assertThat(nic.remembers(PASID)).contains("work in its queue of PASID 5 in nic");
    }
}
