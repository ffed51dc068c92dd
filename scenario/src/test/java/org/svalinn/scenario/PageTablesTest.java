package org.svalinn.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Site;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Use;
import org.svalinn.machine.paging.AArch64Format;
import org.svalinn.machine.paging.AArch64Walker;
import org.svalinn.machine.paging.PhysicalTables;
import org.svalinn.machine.paging.Walk;
import org.svalinn.machine.paging.WalkFault;
import org.svalinn.source.KernelInstance;
import org.svalinn.source.floor.Heap;
import org.svalinn.source.floor.KernelMemory;
import org.svalinn.source.runtime.Cpu;

/** The page tables that Linux's own functions make for a process, walked as the architecture walks them. */
class PageTablesTest {
    private static final long PAGE = 0x10000;
    private static final long NEIGHBOUR = 0x11000;
    private static final long FORMAT = AArch64Format.stage1(12, 48, 48, 0);
    private static final Use WALK = new Use(Use.Kind.WALK, null, Site.named("a walk of the test"));

    private final KernelInstance kernel = TestKernel.start();
    private final long task = kernel.addTask();
    private final Cpu cpu = kernel.as("process", task);

    PageTablesTest() {
        kernel.exec(cpu, "process", task);
        kernel.map(cpu, PAGE);
    }

    private Walk walk(long of, long address, int wanted) {
        Walk walk = new Walk(new PhysicalTables(kernel.board().memory(), WALK));
        new AArch64Walker().walk(walk.as(FORMAT).begin(kernel.pageTable(of), 4, address, wanted, false));
        return walk;
    }

    private Heap.Allocation page(Walk walk) {
        return object(walk.physical());
    }

    private Heap.Allocation table(Walk walk, int level) {
        return object(walk.tableAt(level));
    }

    private Heap.Allocation object(long physical) {
        return Objects.requireNonNull(kernel.heap().find(KernelMemory.virtual(physical)), "what lies there");
    }

    @Test
    void aPageThatWasMappedIsNotThereBeforeItIsTouched() {
        assertThat(walk(task, PAGE, Access.READ).fault()).isEqualTo(WalkFault.NOT_PRESENT);
    }

    @Test
    void aPageThatWasTouchedIsTheProcesssToReadAndWrite() {
        kernel.touch(cpu);

        Walk walk = walk(task, PAGE + 0x123, Access.READ | Access.WRITE);

        assertThat(walk.fault()).isEqualTo(WalkFault.NONE);
        assertThat(walk.granted()).isEqualTo(Access.READ | Access.WRITE);
        assertThat(walk.pageShift()).isEqualTo(12);
        assertThat(walk.physical() & 0xfff).isEqualTo(0x123);
        assertThat(walk.isGlobal()).as("every user page is of its ASID").isFalse();
        assertThat(walk.isUserPage()).isTrue();
        assertThat(page(walk).state()).isEqualTo(PageState.USER);
        assertThat(page(walk).name()).isEqualTo("user page of process");
        assertThat(walk(task, NEIGHBOUR, Access.READ).fault()).isEqualTo(WalkFault.NOT_PRESENT);
    }

    @Test
    void eachTableOnTheWayIsAPageTableOfTheProcess() {
        kernel.touch(cpu);

        Walk walk = walk(task, PAGE, Access.READ);

        for (int level = 1; level <= 4; level++) {
            assertThat(table(walk, level).name()).isEqualTo("page table of process");
            assertThat(table(walk, level).state()).isEqualTo(PageState.PAGE_TABLE);
        }
    }

    @Test
    void munmapTakesTheEntryAwayAndFreesThePageAndTheTablesThatNobodyElseNeeds() {
        kernel.touch(cpu);
        Walk before = walk(task, PAGE, Access.READ);
        Heap.Allocation page = page(before);

        kernel.unmap(cpu);

        assertThat(page.isFreed()).isTrue();
        assertThat(page.state()).isEqualTo(PageState.FREE);
        assertThat(walk(task, PAGE, Access.READ).faultLevel()).as("only the top table is left").isEqualTo(4);
        assertThat(table(before, 1).isFreed()).isTrue();
    }

    @Test
    void tablesStayForAnotherPageOfTheirs() {
        kernel.touch(cpu);
        kernel.map(cpu, NEIGHBOUR);
        kernel.touch(cpu);

        kernel.unmap(cpu);

        assertThat(walk(task, NEIGHBOUR, Access.READ).faultLevel()).isEqualTo(1);
        assertThat(walk(task, PAGE, Access.READ).fault()).isEqualTo(WalkFault.NONE);
    }

    @Test
    void forkGivesTheChildPagesAndTablesOfItsOwn() {
        kernel.touch(cpu);
        long child = kernel.addTask();

        assertThat(kernel.clone(cpu, "child", child, false)).isZero();

        Walk ofParent = walk(task, PAGE, Access.WRITE);
        Walk ofChild = walk(child, PAGE, Access.WRITE);
        assertThat(ofChild.fault()).isEqualTo(WalkFault.NONE);
        assertThat(ofChild.physical()).isNotEqualTo(ofParent.physical());
        assertThat(page(ofChild).name()).isEqualTo("user page of child");
        assertThat(page(ofChild).owner()).isNotSameAs(page(ofParent).owner());
    }

    @Test
    void exitFreesEveryPageAndTable() {
        kernel.touch(cpu);
        Walk before = walk(task, PAGE, Access.READ);

        kernel.exit(cpu);

        assertThat(page(before).isFreed()).isTrue();
        for (int level = 1; level <= 4; level++) {
            assertThat(table(before, level).isFreed()).isTrue();
        }
    }
}
