package org.svalinn.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs whose number of classes is known: from counting, or from the papers on partial-order reduction. */
class LitmusTest {
    private static Coverage verified(Program program) {
        Verdict verdict = Explorer.of(program).explore();
        assertThat(verdict).isInstanceOf(Verdict.Verified.class);
        return verdict.coverage();
    }

    @Test
    void storeBufferingHasThreeClasses() {
        assertThat(verified(Litmus.storeBuffering()).classes()).isEqualTo(3);
    }

    @Test
    void messagePassingHasThreeClasses() {
        assertThat(verified(Litmus.messagePassing()).classes()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "4, 16", "10, 1024"})
    void readersHaveTwoClassesEach(int readers, int classes) {
        Coverage coverage = verified(Litmus.readers(readers));
        assertThat(coverage.classes()).isEqualTo(classes);
        assertThat(coverage.pruned()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"5, 64", "10, 3328"})
    void lastZeroHasTheClassesOfThePaper(int n, int classes) {
        assertThat(verified(Litmus.lastZero(n)).classes()).isEqualTo(classes);
    }

    @ParameterizedTest
    @CsvSource({"11, 1", "12, 8"})
    void indexerHasTheClassesOfThePaper(int n, int classes) {
        Coverage coverage = verified(Litmus.indexer(n));
        assertThat(coverage.executions()).isEqualTo(classes);
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "3, 6", "5, 120"})
    void criticalSectionsHaveOneClassForEachOrder(int actors, int classes) {
        assertThat(verified(Litmus.mutex(actors)).classes()).isEqualTo(classes);
    }

    /** To come before the other's release is impossible, and not even tried. */
    @Test
    void criticalSectionsAreNotPruned() {
        assertThat(verified(Litmus.mutex(5)).pruned()).isZero();
        assertThat(verified(Litmus.mutex(5)).executions()).isEqualTo(120);
    }

    @Test
    void twoLocksInPartsOfAnObjectAreTwoLocks() {
        Coverage coverage = verified(run -> {
            for (int k = 0; k < 2; k++) {
                long part = 1L << k;
                boolean[] held = {false};
                for (String name : List.of("p", "q")) {
                    run.spawn(name + k, () -> {
                        run.await(Operation.ACQUIRE, 1, part, () -> !held[0], Site.named("lock"));
                        held[0] = true;
                        run.step(Operation.RELEASE, 1, part, Site.named("unlock"));
                        held[0] = false;
                    });
                }
            }
        });
        assertThat(coverage.executions()).isEqualTo(4);
    }

    @Test
    void additionsCommute() {
        Coverage coverage = verified(run -> {
            Cell statistics = new Cell(run, 1, 0);
            for (int k = 0; k < 20; k++) {
                run.spawn("p" + k, () -> statistics.add(1, "add"));
            }
        });
        assertThat(coverage.executions()).isEqualTo(1);
    }

    @Test
    void differentPartsOfAnObjectCommute() {
        Coverage coverage = verified(run -> {
            for (int k = 0; k < 8; k++) {
                long part = 1L << k;
                run.spawn("p" + k, () -> run.step(Operation.WRITE, 1, part, Site.named("write")));
            }
        });
        assertThat(coverage.executions()).isEqualTo(1);
    }

    @Test
    void aRangeConflictsWithEachOfItsObjects() {
        Coverage coverage = verified(run -> {
            run.spawn("free", () -> run.stepRange(Operation.FREE, 100, 100, Site.named("free")));
            run.spawn("first", () -> run.step(Operation.READ, 100, 1, Site.named("first")));
            run.spawn("last", () -> run.step(Operation.READ, 199, 1, Site.named("last")));
            run.spawn("before", () -> run.step(Operation.WRITE, 99, 1, Site.named("before")));
            run.spawn("after", () -> run.step(Operation.WRITE, 200, 1, Site.named("after")));
        });
        assertThat(coverage.classes()).isEqualTo(4);
    }

    @Test
    void choicesAreAllTaken() {
        Set<Integer> taken = new TreeSet<>();
        Coverage coverage = verified(run -> run.spawn("p", () -> {
            int first = run.choose(3, Site.named("first"));
            int second = first == 1 ? run.choose(2, Site.named("second")) : 7;
            taken.add(10 * first + second);
        }));
        assertThat(taken).containsExactly(7, 10, 11, 27);
        assertThat(coverage.classes()).isEqualTo(4);
    }

    @Test
    void aWokenWaiterSeesWhatItWaitedFor() {
        List<Integer> seen = new ArrayList<>();
        Coverage coverage = verified(run -> {
            Cell lock = new Cell(run, 1, 0);
            Cell ready = new Cell(run, 2, 0);
            run.spawn("consumer", () -> {
                seen.add(ready.waitUntil(value -> value > 0, "wait"));
                lock.lock("consumer locks");
                lock.unlock("consumer unlocks");
            });
            run.spawn("producer", () -> {
                lock.lock("producer locks");
                ready.write(5, "signal");
                lock.unlock("producer unlocks");
            });
        });
        assertThat(seen).containsOnly(5);
        assertThat(coverage.classes()).isEqualTo(1);
    }

    /** While p still waits for x, nobody can know whether it could have waited for y before r touched it. */
    @Test
    void aWaitThatHadNotBegunMayComeBeforeWhatWasDoneMeanwhile() {
        Set<String> orders = new TreeSet<>();
        verified(run -> {
            Cell x = new Cell(run, 1, 0);
            Cell y = new Cell(run, 2, 0);
            StringBuilder order = new StringBuilder();
            run.spawn("p", () -> {
                x.waitUntil(value -> value == 1, "wait for x");
                y.waitUntil(value -> value == 0, "wait for y");
                orders.add(order + "p");
            });
            run.spawn("r", () -> {
                y.write(1, "taint y");
                order.append("r");
                y.write(0, "clean y");
                order.append("r");
            });
            run.spawn("q", () -> x.write(1, "write x"));
        });
        assertThat(orders).containsExactly("p", "rrp");
    }

    @Test
    void referencesAreSafeWhenTheCountIsChecked() {
        Coverage plain = Explorer.of(Litmus.references(3, true)).strategy(Explorer.Strategy.PLAIN).explore().coverage();
        Coverage reduced = verified(Litmus.references(3, true));
        assertThat(reduced.executions()).isLessThan(plain.executions() / 20);
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "4, 4", "9, 9"})
    void onlyTheLastToDropItsReferenceMatters(int holders, int classes) {
        Set<String> freers = new TreeSet<>();
        Coverage coverage = verified(run -> {
            Cell count = new Cell(run, 1, holders);
            for (int k = 0; k < holders; k++) {
                String name = "p" + k;
                run.spawn(name, () -> {
                    if (count.put("put")) {
                        freers.add(name);
                    }
                });
            }
        });
        assertThat(freers).hasSize(holders);
        assertThat(coverage.classes()).isEqualTo(classes);
    }

    @Test
    void whileSomebodyHoldsAReferenceOthersGetAndPutTheirsInAnyOrder() {
        Coverage coverage = verified(run -> {
            Cell count = new Cell(run, 1, 1);
            for (int k = 0; k < 9; k++) {
                run.spawn("p" + k, () -> {
                    for (int round = 0; round < 3; round++) {
                        count.getUnlessZero("get");
                        count.put("put");
                    }
                });
            }
        });
        assertThat(coverage.executions()).isEqualTo(1);
    }

    /** What two decrements of two are to each other changes with an increment, wherever that comes. */
    @Test
    void anIncrementBetweenDecrementsLosesNoOrderThatReachesZero() {
        Set<String> ends = new TreeSet<>();
        StringBuilder order = new StringBuilder();
        Program program = new Program() {
            @Override
            public void start(Run run) {
                order.setLength(0);
                Cell count = new Cell(run, 1, 2);
                run.spawn("get", () -> order.append(count.getUnlessZero("get") ? "" : "refused"));
                for (String name : List.of("a", "b")) {
                    run.spawn(name, () -> order.append(count.put("put") ? name : ""));
                }
            }

            @Override
            public void finish(Run run) {
                ends.add(order.toString());
            }
        };
        verified(program);
        assertThat(ends).containsExactly("", "arefused", "brefused");
    }

    @Test
    void aReadOfACounterSeesEveryValue() {
        Set<Integer> seen = new TreeSet<>();
        verified(run -> {
            Cell count = new Cell(run, 1, 5);
            run.spawn("reader", () -> seen.add(count.read("read")));
            for (int k = 0; k < 3; k++) {
                run.spawn("p" + k, () -> count.put("put"));
            }
        });
        assertThat(seen).containsExactly(2, 3, 4, 5);
    }

    /** The owner puts before the user gets, between its get and its put, or after both. */
    @Test
    void anOwnerAndAUserOfACounterHaveThreeClasses() {
        assertThat(verified(Litmus.countedReferences(2)).classes()).isEqualTo(3);
    }

    @Test
    void countingTakesFewerExecutionsThanUpdating() {
        Coverage counted = verified(Litmus.countedReferences(5));
        assertThat(counted.executions()).isLessThan(verified(Litmus.references(5, true)).executions() / 10);
    }

    @Test
    void anActorMadeByAnActorComesAfterWhatItsMakerDid() {
        Set<Integer> seen = new TreeSet<>();
        Coverage coverage = verified(run -> {
            Cell x = new Cell(run, 1, 0);
            run.spawn("maker", () -> {
                x.write(1, "before");
                run.spawn("made", () -> seen.add(x.read("read")));
                x.write(2, "after");
            });
        });
        assertThat(seen).containsExactly(1, 2);
        assertThat(coverage.executions()).isEqualTo(2);
    }

    @Test
    void thirtyTwoActorsAreNotTooMany() {
        Coverage coverage = verified(run -> {
            Cell x = new Cell(run, 1, 0);
            for (int k = 0; k < 30; k++) {
                int id = k;
                run.spawn("quiet" + k, () -> run.step(Operation.WRITE, 1000 + id, -1, Site.named("own")));
            }
            run.spawn("p", () -> x.write(1, "p"));
            run.spawn("q", () -> x.write(2, "q"));
        });
        assertThat(coverage.classes()).isEqualTo(2);
    }
}
