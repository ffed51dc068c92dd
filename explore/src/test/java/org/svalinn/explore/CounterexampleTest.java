package org.svalinn.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Explorer.Replay;
import org.svalinn.explore.Schedule.Decision;
import org.svalinn.explore.Verdict.Counterexample;
import org.svalinn.explore.Verdict.Violated;

class CounterexampleTest {
    private static Counterexample only(Program program) {
        Verdict verdict = Explorer.of(program).explore();
        assertThat(verdict).isInstanceOf(Violated.class);
        List<Counterexample> all = ((Violated) verdict).counterexamples();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private static int preemptions(Narrative narrative) {
        return (int) narrative.steps().stream().filter(Narrative.Step::preempts).count();
    }

    /** As a schedule that was stored and read again: equal, but not the same objects. */
    private static Schedule stored(Schedule schedule) {
        return new Schedule(schedule.decisions().stream()
                .map(decision -> new Decision(
                        decision.step(),
                        decision.actor() + "",
                        Operation.valueOf(decision.operation().name()),
                        new Site(decision.site().file(), decision.site().line(), decision.site().function()),
                        decision.choice()))
                .toList());
    }

    @Test
    void aUseAfterFreeNeedsNoMoreThanItsTwoEndsAndOnePreemption() {
        Counterexample example = only(Litmus.references(4, false));
        assertThat(example.violation().check()).isEqualTo("use-after-free");
        assertThat(example.narrative().steps())
                .extracting(step -> step.actor() + " " + step.operation())
                .containsExactly(
                        "owner START", "owner UPDATE", "owner WRITE", "user1 START", "user1 UPDATE", "user1 READ");
        assertThat(preemptions(example.narrative())).isZero();
    }

    @Test
    void aLostUpdateNeedsOnePreemption() {
        Program program = new Program() {
            private int left;

            @Override
            public void start(Run run) {
                Cell count = new Cell(run, 1, 0);
                for (int k = 0; k < 3; k++) {
                    run.spawn("p" + k, () -> {
                        count.write(count.read("read") + 1, "write");
                        left = count.peek();
                    });
                }
            }

            @Override
            public void finish(Run run) {
                if (left < 3) {
                    run.report(new Violation("lost-update", "an update was lost", List.of()));
                }
            }
        };
        assertThat(preemptions(only(program).narrative())).isEqualTo(1);
    }

    @Test
    void aDeadlockNamesWhoWaitsAndWhoHolds() {
        Counterexample example = only(Litmus.philosophers(3, false));
        Violation violation = example.violation();
        assertThat(violation.check()).isEqualTo("deadlock");
        assertThat(violation.message())
                .isEqualTo("nobody can go on: philosopher0 waits to acquire #1 (held by philosopher1), "
                        + "philosopher1 waits to acquire #2 (held by philosopher2), "
                        + "philosopher2 waits to acquire #0 (held by philosopher0)");
        assertThat(violation.ends())
                .extracting(Violation.End::role)
                .containsExactly(
                        "waits to acquire #0", "waits to acquire #1", "waits to acquire #2",
                        "holds #1", "holds #2", "holds #0");
        assertThat(violation.ends().getFirst().path()).containsExactly(Site.named("second"));
        assertThat(example.narrative().steps()).hasSize(6);
        assertThat(preemptions(example.narrative())).isEqualTo(1);
    }

    @Test
    void aCarefulPhilosopherPreventsTheDeadlock() {
        assertThat(Explorer.of(Litmus.philosophers(3, true)).explore()).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    void aLostWakeUpIsADeadlock() {
        Counterexample example = only(run -> {
            Cell ready = new Cell(run, 1, 0);
            Cell asleep = new Cell(run, 2, 0);
            run.spawn("waiter", () -> {
                if (ready.read("check") == 0) {
                    asleep.write(1, "go to sleep");
                    asleep.waitUntil(value -> value == 0, "sleep");
                }
            });
            run.spawn("waker", () -> {
                ready.write(1, "make ready");
                asleep.write(0, "wake");
            });
        });
        assertThat(example.violation().message()).isEqualTo("nobody can go on: waiter waits for #2");
    }

    @Test
    void theStepsThatMatterAreMarkedAndTheirNotesKept() {
        Counterexample example = only(Litmus.references(2, false));
        assertThat(example.narrative().steps())
                .filteredOn(step -> step.actor().equals("owner") && step.operation() == Operation.UPDATE)
                .singleElement()
                .satisfies(step -> {
                    assertThat(step.note()).isEqualTo("1 -> 0");
                    assertThat(step.conflicts()).isTrue();
                    assertThat(step.object()).isEqualTo("#1");
                    assertThat(step.path()).containsExactly(Site.named("put"));
                });
        assertThat(example.narrative().steps().getFirst().conflicts()).isFalse();
    }

    @Test
    void objectsAndPathsAreAskedForWhileNarratingOnly() {
        Program program = new Program() {
            private int value;
            private boolean narrating;

            @Override
            public void start(Run run) {
                value = 0;
                narrating = run.isNarrating();
                run.spawn("p", () -> {
                    run.step(Operation.WRITE, 5, -1, new Site("a.c", 3, "set"));
                    value = 8;
                    run.report(new Violation("wrong", "it is 8", List.of(
                            new Violation.End("set by", run.current().name(), callPath()))));
                });
            }

            @Override
            public String describe(long object, long parts) {
                assertThat(narrating).isTrue();
                return "value " + value;
            }

            @Override
            public List<Site> callPath() {
                return List.of(new Site("a.c", 9, "main"));
            }
        };
        Counterexample example = only(program);
        Narrative.Step step = example.narrative().steps().getLast();
        assertThat(step.object()).isEqualTo("value 8");
        assertThat(step.path()).containsExactly(new Site("a.c", 3, "set"), new Site("a.c", 9, "main"));
        assertThat(example.violation().ends().getFirst().path()).containsExactly(new Site("a.c", 9, "main"));
    }

    @Test
    void choicesAreLoweredWhereTheyDoNotMatter() {
        Counterexample example = only(run -> run.spawn("p", () -> {
            int first = run.choose(4, Site.named("first"));
            int second = run.choose(4, Site.named("second"));
            if (first >= 2) {
                run.report(new Violation("high", "first is high", List.of()));
            }
            run.step(Operation.READ, second, -1, Site.named("after"));
        }));
        assertThat(example.schedule().decisions()).extracting(Decision::choice).containsExactly(-1, 2, 0);
    }

    @Test
    void aStoredScheduleReplaysToTheSameEnd() {
        for (Program program : List.of(Litmus.references(4, false), Litmus.philosophers(4, false), choosing())) {
            Counterexample example = only(program);
            Replay replay = Explorer.of(program).replay(stored(example.schedule()));
            assertThat(replay.departure()).isEmpty();
            assertThat(replay.narrative().violations()).contains(example.violation());
            assertThat(replay.narrative().steps()).startsWith(
                    withoutConflicts(example.narrative(), replay.narrative()).toArray(Narrative.Step[]::new));
        }
    }

    /** The steps of the counterexample; what conflicts may differ, for the replay goes on beyond its end. */
    private static List<Narrative.Step> withoutConflicts(Narrative told, Narrative replayed) {
        return told.steps().stream()
                .map(step -> new Narrative.Step(
                        step.number(), step.actor(), step.operation(), step.object(), step.path(), step.note(),
                        step.preempts(), replayed.steps().get(step.number()).conflicts()))
                .toList();
    }

    private static Program choosing() {
        return run -> {
            Cell x = new Cell(run, 1, 0);
            run.spawn("p", () -> x.write(run.choose(3, Site.named("value")), "write"));
            run.spawn("q", () -> {
                if (x.read("read") == 2) {
                    run.report(new Violation("two", "saw a two", List.of()));
                }
            });
        };
    }

    @Test
    void aReplayKeepsGoingWhereLinesHaveMoved() {
        Schedule schedule = only(twoReaders("f.c", 10, "read")).schedule();
        assertThat(Explorer.of(twoReaders("f.c", 14, "read")).replay(schedule).departure()).isEmpty();
    }

    @Test
    void aReplaySaysWhereItDepartsAndGoesOn() {
        Schedule schedule = only(twoReaders("f.c", 10, "read")).schedule();
        Replay replay = Explorer.of(twoReaders("f.c", 10, "other")).replay(schedule);
        assertThat(replay.departure()).isEqualTo(
                "at step 4 expected p READ at read f.c:10, found p READ at other f.c:10");
        assertThat(replay.narrative().steps()).hasSizeGreaterThan(4);
    }

    @Test
    void aReplaySaysWhenAnActorIsGone() {
        Schedule schedule = new Schedule(List.of(
                new Decision(0, "nobody", Operation.START, Site.named("nobody"), -1)));
        assertThat(Explorer.of(Litmus.storeBuffering()).replay(schedule).departure())
                .isEqualTo("at step 0 expected nobody START at nobody, found no such actor");
    }

    @Test
    void aReplaySaysWhenTheRunEndsEarly() {
        Schedule schedule = new Schedule(List.of(
                new Decision(0, "p", Operation.START, Site.named("p"), -1),
                new Decision(3, "q", Operation.START, Site.named("q"), -1),
                new Decision(50, "p", Operation.READ, Site.named("p9"), -1)));
        assertThat(Explorer.of(Litmus.storeBuffering()).replay(schedule).departure())
                .isEqualTo("at step 50 expected p READ at p9, found the end, after 6 steps");
    }

    /** The violation needs p's first step, then all of q, then p's second. */
    private static Program twoReaders(String file, int line, String function) {
        return run -> {
            int[] x = {0};
            run.spawn("p", () -> {
                run.step(Operation.READ, 1, -1, Site.named("before"));
                int before = x[0];
                run.step(Operation.READ, 1, -1, new Site(file, line, function));
                if (before != x[0]) {
                    run.report(new Violation("changed", "it has changed", List.of()));
                }
            });
            run.spawn("q", () -> {
                run.step(Operation.WRITE, 1, -1, Site.named("write"));
                x[0] = 1;
            });
        };
    }

    @Test
    void theSameSearchTellsTheSameStory() {
        Counterexample first = only(Litmus.philosophers(4, false));
        assertThat(only(Litmus.philosophers(4, false))).isEqualTo(first);
    }

    @Test
    void namesakesAreToldApart() {
        Counterexample example = only(run -> {
            Cell x = new Cell(run, 1, 0);
            for (int k = 0; k < 2; k++) {
                run.spawn("worker", () -> {
                    if (x.fetchAndAdd(1, "work") == 1) {
                        run.report(new Violation("second", "two have worked", List.of()));
                    }
                });
            }
        });
        assertThat(example.narrative().actors()).containsExactly("worker", "worker#2");
    }
}
