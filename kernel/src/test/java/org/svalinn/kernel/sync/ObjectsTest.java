package org.svalinn.kernel.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.sync.Mix.Cell;

/** Objects, their numbers and counts, and who holds them. */
class ObjectsTest {
    private static final Site HERE = Site.named("the test");

    private final HandScheduler scheduler = new HandScheduler();
    private final Core core = new Core(scheduler, Variant.of(Design.V5_18));

    @Test
    void useAfterFreeAndDoubleFree() {
        assertThat(Trial.checks(core -> {
                    Cell cell = new Cell(core);
                    core.scheduler().spawn("freer", () -> cell.free(HERE));
                    core.scheduler().spawn("other", () -> {
                        cell.get();
                        cell.free(HERE);
                    });
                }))
                .containsExactly("double-free", "use-after-free");
        assertThat(Trial.checks(core -> {
                    Cell cell = new Cell(core);
                    core.scheduler().spawn("user", () -> {
                        cell.set(cell.get() + 1);
                        cell.free(HERE);
                    });
                }))
                .isEmpty();
    }

    @Test
    void theLastReferenceIsTheLast() {
        assertThat(Trial.outcomes(core -> {
                    Cell cell = new Cell(core);
                    Refcount count = new Refcount(cell, 2, null, HERE);
                    for (int i = 0; i < 2; i++) {
                        count.inc(HERE);
                        core.scheduler().spawn("user " + i, () -> put(count, cell));
                    }
                    core.scheduler().spawn("first", () -> put(count, cell));
                    return () -> cell.isFreed() + " " + count.peek();
                }))
                .containsExactly("true 0");
    }

    private static void put(Refcount count, Cell cell) {
        if (count.decAndTest(HERE)) {
            cell.free(HERE);
        }
    }

    @Test
    void aCountDoesNotRiseFromZeroNorFallBelowIt() {
        Cell cell = new Cell(core);
        Refcount count = new Refcount(cell, 2, null, HERE);
        assertThat(count.decAndTest(HERE)).isTrue();
        assertThat(count.incNotZero(HERE)).isFalse();
        assertThat(scheduler.violations).isEmpty();
        count.decAndTest(HERE);
        count.inc(HERE);
        assertThat(scheduler.violations)
                .extracting(Violation::message)
                .containsExactly("the count of the cell falls below zero", "the count of the cell rises from 0");
    }

    @Test
    void aCountSaturates() {
        Refcount count = new Refcount(new Cell(core), 2, null, HERE);
        count.set(Integer.MAX_VALUE - 1, HERE);
        count.inc(HERE);
        assertThat(scheduler.violations).isEmpty();
        count.inc(HERE);
        assertThat(scheduler.violations)
                .extracting(Violation::message)
                .containsExactly("the count of the cell saturates");
        assertThat(count.peek()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void numbersAreUniqueWithThousandsOfActors() {
        Set<Long> numbers = new HashSet<>();
        for (int actor = -1; actor < 5_000; actor++) {
            scheduler.actor = actor;
            numbers.add(core.slab().number("a"));
            numbers.add(core.slab().number("b"));
        }
        assertThat(numbers).hasSize(2 * 5_001).allMatch(core.slab()::has);
    }

    @Test
    void thousandsOfActorsSynchronise() {
        int[] times = {0};
        SpinLock lock = new SpinLock(core, "lock");
        RwSem sem = new RwSem(core, "sem");
        for (int actor = 0; actor < 5_000; actor++) {
            scheduler.actor = actor;
            core.rcu().readLock();
            sem.tryDownRead();
            core.taskWork().add(() -> times[0]++);
        }
        assertThat(sem.isLocked()).isTrue();
        for (int actor = 0; actor < 5_000; actor++) {
            scheduler.actor = actor;
            assertThat(core.atomicity().isAtomic()).isTrue();
            core.rcu().readUnlock();
            sem.upRead();
            core.taskWork().run();
            lock.lock();
            lock.unlock();
            assertThat(core.atomicity().isAtomic()).isFalse();
        }
        core.rcu().synchronize();
        sem.downWrite();
        sem.upWrite();
        assertThat(times[0]).isEqualTo(5_000);
        assertThat(scheduler.violations).isEmpty();
    }

    @Test
    void whatIsAliveIsKnownUnlessItIsForgotten() {
        Cell cell = new Cell(core);
        Cell other = new Cell(core);
        cell.free(HERE);
        assertThat(core.slab().live()).containsExactly(other);
        core.slab().forget();
        Cell forgotten = new Cell(core);
        assertThat(core.slab().live()).doesNotContain(forgotten);
    }

    @Test
    void referencesGivenBackArePairedWithThoseOfTheSameFileThenOfTheSameActor() {
        scheduler.isNarrating = true;
        Holders holders = core.holders();
        hold(0, "Exec.java");
        hold(1, "Bond.java");
        hold(0, "Fork.java");
        giveBack(0, "Bond.java");
        assertThat(heldBy()).as("the same file, though another actor").containsExactly("Exec.java", "Fork.java");
        giveBack(0, "Elsewhere.java");
        assertThat(heldBy()).as("the same actor, the latest").containsExactly("Exec.java");
        giveBack(7, "Elsewhere.java");
        assertThat(heldBy()).as("whatever there is").isEmpty();
        giveBack(7, "Elsewhere.java");
        assertThat(holders.references()).hasSize(3);
    }

    @Test
    void referencesAreOfOneKindAndOfOneObject() {
        scheduler.isNarrating = true;
        Holders holders = core.holders();
        holders.taken(Holders.Kind.MM_USERS, "mm of a", 1, HERE);
        holders.taken(Holders.Kind.MM_COUNT, "mm of a", 1, HERE);
        holders.taken(Holders.Kind.MM_COUNT, "mm of b", 1, HERE);
        holders.givenBack(Holders.Kind.MM_COUNT, "mm of a", HERE);
        assertThat(holders.references())
                .filteredOn(reference -> reference.givenBack() == null)
                .extracting(reference -> reference.kind() + " " + reference.of())
                .containsExactly("MM_USERS mm of a", "MM_COUNT mm of b");
    }

    @Test
    void nobodyIsNotedWhileNobodyIsTold() {
        core.holders().taken(Holders.Kind.MM_USERS, "mm", 1, HERE);
        core.holders().givenBack(Holders.Kind.MM_USERS, "mm", HERE);
        assertThat(core.holders().references()).isEmpty();
    }

    private void hold(int actor, String file) {
        call(actor, file);
        core.holders().taken(Holders.Kind.MM_COUNT, "mm", 1, HERE);
    }

    private void giveBack(int actor, String file) {
        call(actor, file);
        core.holders().givenBack(Holders.Kind.MM_COUNT, "mm", HERE);
    }

    private void call(int actor, String file) {
        scheduler.actor = actor;
        scheduler.path = List.of(new Site("Mm.java", 1, "Mm.grab"), new Site(file, 1, "caller"));
    }

    private List<String> heldBy() {
        return core.holders().references().stream()
                .filter(reference -> reference.givenBack() == null)
                .map(reference -> reference.taken().path().getLast().file())
                .toList();
    }
}
