package org.svalinn.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Verdict.Violated;

class VerdictTest {
    private static final Violation BROKEN = new Violation("broken", "it is broken", List.of());

    private static String error(Program program) {
        Verdict verdict = Explorer.of(program).explore();
        assertThat(verdict).isInstanceOf(Verdict.Error.class);
        return ((Verdict.Error) verdict).message();
    }

    private static Violated violated(Program program) {
        Verdict verdict = Explorer.of(program).explore();
        assertThat(verdict).isInstanceOf(Violated.class);
        return (Violated) verdict;
    }

    private static List<String> checks(Violated verdict) {
        return verdict.counterexamples().stream().map(example -> example.violation().check()).toList();
    }

    @Test
    void aGoalThatNoExecutionReachesMakesTheVerdictVacuous() {
        Program program = new Program() {
            @Override
            public void start(Run run) {
                Cell x = new Cell(run, 1, 0);
                run.spawn("p", () -> {
                    if (x.read("read") == 1) {
                        run.reach("one");
                    }
                    run.reach("read");
                });
            }

            @Override
            public Set<String> goals() {
                return Set.of("one", "read");
            }
        };
        assertThat(Explorer.of(program).explore())
                .asInstanceOf(type(Verdict.Vacuous.class))
                .extracting(Verdict.Vacuous::missed)
                .isEqualTo(Set.of("one"));
    }

    @Test
    void aGoalThatOneExecutionReachesIsEnough() {
        Program program = new Program() {
            @Override
            public void start(Run run) {
                Cell x = new Cell(run, 1, 0);
                run.spawn("p", () -> {
                    if (x.read("read") == 1) {
                        run.reach("one");
                    }
                });
                run.spawn("q", () -> x.write(1, "write"));
            }

            @Override
            public Set<String> goals() {
                return Set.of("one");
            }
        };
        assertThat(Explorer.of(program).explore()).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    void aLimitOfExecutionsBoundsTheVerdictOnlyWhenMoreWereLeft() {
        assertThat(Explorer.of(Litmus.readers(4)).maxExecutions(5).explore())
                .asInstanceOf(type(Verdict.Bounded.class))
                .satisfies(bounded -> assertThat(bounded.limit()).isEqualTo("5 executions"))
                .satisfies(bounded -> assertThat(bounded.coverage().executions()).isEqualTo(5));
        assertThat(Explorer.of(Litmus.readers(4)).maxExecutions(16).explore()).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    void anEndlessActorBoundsTheVerdict() {
        Program spinning = run -> {
            Cell x = new Cell(run, 1, 0);
            run.spawn("p", () -> {
                while (x.read("spin") == 0) {}
            });
        };
        Verdict verdict = Explorer.of(spinning).maxStepsPerExecution(50).explore();
        assertThat(verdict)
                .asInstanceOf(type(Verdict.Bounded.class))
                .extracting(Verdict.Bounded::limit)
                .isEqualTo("50 steps in one execution");
        assertThat(verdict.coverage().longest()).isEqualTo(50);
        assertThat(verdict.coverage().classes()).isZero();
    }

    @Test
    void aLimitOfTimeBoundsTheVerdict() {
        assertThat(Explorer.of(Litmus.readers(16)).maxTime(Duration.ofMillis(20)).explore())
                .asInstanceOf(type(Verdict.Bounded.class))
                .extracting(Verdict.Bounded::limit)
                .isEqualTo("a time of 0.02s");
    }

    @Test
    void anExceptionComesOutWithItsWholeMessage() {
        String message = error(run -> run.spawn("p", () -> {
            throw new UnsupportedOperationException("not modelled: foo() at bar.c:12, called from baz()");
        }));
        assertThat(message).contains("not modelled: foo() at bar.c:12, called from baz()").contains("in p");
    }

    @Test
    void anExceptionInStartOrFinishIsAnError() {
        assertThat(error(run -> {
            throw new IllegalStateException("no world");
        })).contains("no world");
        assertThat(error(new Program() {
            @Override
            public void start(Run run) {
                run.spawn("p", () -> {});
            }

            @Override
            public void finish(Run run) {
                throw new IllegalStateException("no end");
            }
        })).contains("no end");
    }

    @Test
    void endlessRecursionIsAnError() {
        assertThat(error(run -> run.spawn("p", () -> recurse(run, 0)))).contains("StackOverflowError");
    }

    private static int recurse(Run run, int depth) {
        return depth < 0 ? 0 : recurse(run, depth + 1) + depth;
    }

    @Test
    void aProgramWithoutActorsIsAnError() {
        assertThat(error(run -> {})).isEqualTo("the program spawned no actor");
    }

    @Test
    void tooManyActorsAreAnError() {
        assertThat(error(run -> {
            for (int k = 0; k < 33; k++) {
                run.spawn("p" + k, () -> {});
            }
        })).contains("more than 32 actors");
    }

    @Test
    void aBodyThatRemembersEarlierExecutionsIsCaught() {
        int[] executions = {0};
        String message = error(run -> {
            int execution = executions[0]++;
            run.spawn("p", () -> {
                run.step(Operation.READ, 1, -1, Site.named("first"));
                run.step(execution == 0 ? Operation.READ : Operation.WRITE, 2, -1, Site.named("second"));
            });
        });
        assertThat(message).isEqualTo(
                "not deterministic: at step 2 expected p READ #2 at second, found p WRITE #2 at second");
    }

    @Test
    void aBodyThatChangesLaterIsCaughtToo() {
        int[] executions = {0};
        String message = error(run -> {
            int execution = executions[0]++;
            Cell x = new Cell(run, 1, 0);
            for (int k = 0; k < 3; k++) {
                run.spawn("p" + k, () -> {
                    run.step(Operation.READ, execution == 4 ? 77 : 7, -1, Site.named("object"));
                    x.write(1, "write");
                });
            }
        });
        assertThat(message).startsWith("not deterministic: at step ").contains("READ #7 at").contains("READ #4d at");
    }

    @Test
    void aBodyThatEndsEarlierTheSecondTimeIsCaught() {
        int[] executions = {0};
        String message = error(run -> {
            int execution = executions[0]++;
            run.spawn("p", () -> {
                if (execution == 0) {
                    run.step(Operation.READ, 1, -1, Site.named("once"));
                }
            });
        });
        assertThat(message).startsWith("not deterministic: at step 1 expected p READ #1 at once");
    }

    @Test
    void aReportedViolationLetsTheActorGoOn() {
        List<Integer> after = new ArrayList<>();
        Violated verdict = violated(run -> {
            Cell x = new Cell(run, 1, 0);
            run.spawn("p", () -> {
                run.report(BROKEN);
                after.add(x.read("after"));
            });
        });
        assertThat(checks(verdict)).containsExactly("broken");
        assertThat(verdict.complete()).isTrue();
        assertThat(after).isNotEmpty();
    }

    @Test
    void aHaltedActorStopsAndWhatFollowsIsNotReported() {
        List<String> after = new ArrayList<>();
        Violated verdict = violated(new Program() {
            @Override
            public void start(Run run) {
                Cell lock = new Cell(run, 1, 0);
                run.spawn("p", () -> {
                    lock.lock("p locks");
                    try {
                        throw run.halt(BROKEN);
                    } finally {
                        after.add("finally");
                    }
                });
                run.spawn("q", () -> {
                    lock.lock("q locks");
                    lock.unlock("q unlocks");
                });
            }

            @Override
            public void finish(Run run) {
                run.report(new Violation("consequence", "the lock is held", List.of()));
            }
        });
        assertThat(checks(verdict)).containsExactly("broken");
        assertThat(after).isEmpty();
    }

    @Test
    void anErrorAfterAViolationIsItsConsequence() {
        Violated verdict = violated(run -> run.spawn("p", () -> {
            run.report(BROKEN);
            throw new IllegalStateException("went on with garbage");
        }));
        assertThat(checks(verdict)).containsExactly("broken");
        assertThat(verdict.complete()).isFalse();
    }

    @Test
    void theEndOfARunCanBeChecked() {
        Violated verdict = violated(new Program() {
            private int left;

            @Override
            public void start(Run run) {
                Cell count = new Cell(run, 1, 0);
                left = 0;
                for (int k = 0; k < 2; k++) {
                    run.spawn("p" + k, () -> {
                        int before = count.read("read");
                        count.write(before + 1, "write");
                        left = count.peek();
                    });
                }
            }

            @Override
            public void finish(Run run) {
                if (left != 2) {
                    run.report(new Violation("lost-update", "only " + left, List.of()));
                }
            }
        });
        assertThat(checks(verdict)).containsExactly("lost-update");
        assertThat(verdict.complete()).isTrue();
        assertThat(verdict.coverage().classes()).isEqualTo(4);
    }

    @Test
    void aDaemonThatWaitsForWorkDoesNotKeepARunFromEnding() {
        assertThat(Explorer.of(run -> {
            Cell work = new Cell(run, 1, 0);
            run.spawnDaemon("worker", () -> {
                while (true) {
                    work.waitUntil(count -> count > 0, "wait for work");
                    work.fetchAndAdd(-1, "take work");
                }
            });
            for (int k = 0; k < 2; k++) {
                run.spawn("p" + k, () -> work.fetchAndAdd(1, "submit"));
            }
        }).explore()).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    void stoppingAtTheFirstViolationLeavesTheSearchIncomplete() {
        Program program = run -> {
            Cell x = new Cell(run, 1, 0);
            run.spawn("p", () -> x.write(1, "write"));
            for (int k = 0; k < 3; k++) {
                run.spawn("q" + k, () -> {
                    if (x.read("read") == 1) {
                        run.report(BROKEN);
                    }
                });
            }
        };
        Verdict verdict = Explorer.of(program).stopAtFirst(true).explore();
        assertThat(verdict).isInstanceOf(Violated.class);
        assertThat(((Violated) verdict).complete()).isFalse();
        assertThat(verdict.coverage().executions()).isEqualTo(1);
        assertThat(((Violated) Explorer.of(program).explore()).complete()).isTrue();
    }

    @Test
    void eachDistinctViolationHasItsCounterexample() {
        Violated verdict = violated(run -> {
            Cell x = new Cell(run, 1, 0);
            run.spawn("p", () -> x.write(1, "write"));
            run.spawn("q", () -> {
                int seen = x.read("read");
                run.report(new Violation("saw", "saw " + seen, List.of()));
            });
        });
        assertThat(verdict.counterexamples())
                .extracting(example -> example.violation().message())
                .containsExactlyInAnyOrder("saw 0", "saw 1");
    }

    @Test
    void twoSearchesRunSideBySide() throws Exception {
        Callable<Long> search = () -> Explorer.of(Litmus.lastZero(9)).explore().coverage().executions();
        long alone = search.call();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Callable<Long>> both = List.of(search, search);
            for (var result : threads.invokeAll(both)) {
                assertThat(result.get()).isEqualTo(alone);
            }
        }
    }

    @Test
    void aLockThatTwoCanHoldIsNoLock() {
        String message = error(run -> {
            int[] permits = {2};
            for (String name : List.of("p", "q")) {
                run.spawn(name, () -> {
                    run.await(Operation.ACQUIRE, 1, () -> permits[0] > 0, Site.named(name + " acquires"));
                    permits[0]--;
                    run.step(Operation.RELEASE, 1, -1, Site.named(name + " releases"));
                    permits[0]++;
                });
            }
        });
        assertThat(message).contains("not an exclusive lock").contains("p acquires").contains("q acquires");
    }
}
