package org.svalinn.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Run.Ending;

/** The heart: on thousands of random programs the reduced search shows everything that the plain one shows, once. */
class SoundnessTest {
    private static final int PROGRAMS = Integer.getInteger("svalinn.soundness.programs", 4000);
    private static final int FIRST = Integer.getInteger("svalinn.soundness.first", 0);
    private static final long TOO_MANY = 3_000;

    @Test
    void randomProgramsHaveTheSameOutcomesAndClassesUnderEverySearch() {
        int compared = 0;
        int deadlocking = 0;
        int violating = 0;
        long plainRuns = 0;
        long classes = 0;
        long pruned = 0;
        for (int seed = FIRST; seed < FIRST + PROGRAMS; seed++) {
            Seen plain = Seen.of(new RandomProgram(seed), Explorer.Strategy.PLAIN);
            if (plain.executions >= TOO_MANY) {
                continue;
            }
            Seen reduced = Seen.of(new RandomProgram(seed), Explorer.Strategy.EXHAUSTIVE);
            assertThat(reduced.outcomes).as("outcomes of program %d", seed).isEqualTo(plain.outcomes);
            assertThat(reduced.orders).as("classes of program %d", seed).isEqualTo(plain.orders);
            assertThat(reduced.complete).as("no class twice in program %d", seed).isEqualTo(plain.orders.size());
            compared++;
            deadlocking += plain.deadlocks > 0 ? 1 : 0;
            violating += plain.violations > 0 ? 1 : 0;
            plainRuns += plain.executions;
            classes += reduced.complete;
            pruned += reduced.executions - reduced.complete;
        }
        System.out.printf(
                "soundness: %d of %d programs compared, %d deadlock, %d violate; %d plain runs, %d classes, %d pruned%n",
                compared, PROGRAMS, deadlocking, violating, plainRuns, classes, pruned);
        assertThat(compared).isGreaterThan(PROGRAMS * 2 / 3);
        assertThat(deadlocking).isGreaterThan(PROGRAMS / 20);
        assertThat(violating).isGreaterThan(PROGRAMS / 20);
    }

    /** What a search has shown of a program. */
    private static final class Seen {
        final Set<String> outcomes = new TreeSet<>();
        /** For each class its conflicting pairs in order, hashed. */
        final Set<Long> orders = new HashSet<>();
        long executions;
        long complete;
        long deadlocks;
        long violations;

        static Seen of(RandomProgram program, Explorer.Strategy strategy) {
            Seen seen = new Seen();
            Trace trace = new Trace();
            Roster roster = new Roster();
            Run run = new Run(program, trace, roster, 1000, Set.of(), violation -> false, null);
            Search search = strategy == Explorer.Strategy.PLAIN
                    ? new PlainSearch(trace)
                    : new SourceSetSearch(trace, roster);
            do {
                Ending ending = run.execute(search);
                seen.executions++;
                if (ending == Ending.COMPLETE || ending == Ending.DEADLOCK) {
                    seen.complete++;
                    seen.deadlocks += ending == Ending.DEADLOCK ? 1 : 0;
                    seen.violations += run.sightings().isEmpty() ? 0 : 1;
                    seen.orders.add(order(trace, roster));
                    seen.outcomes.add(program.outcome(run.sightings()));
                } else {
                    assertThat(ending).as(run.failure()).isEqualTo(Ending.PRUNED);
                }
            } while (search.advance() && seen.executions < TOO_MANY);
            return seen;
        }

        /** Equal for two executions exactly when they order the conflicting steps alike and choose alike. */
        private static long order(Trace trace, Roster roster) {
            int[] places = new int[Roster.MAX_ACTORS];
            long[] names = new long[trace.length];
            long hash = 0;
            for (int step = 0; step < trace.length; step++) {
                int actor = trace.actor[step];
                names[step] = mix(roster.get(actor).actor().name().hashCode() * 1_000_003L + places[actor]++);
                hash += mix(names[step] * 31 + trace.alternative[step]);
                for (int earlier = 0; earlier < step; earlier++) {
                    if (trace.conflict(earlier, step)) {
                        hash += mix(names[earlier] * 7 + names[step]);
                    }
                }
            }
            return hash;
        }

        private static long mix(long value) {
            long mixed = (value ^ value >>> 32) * 0xD6E8FEB86659FD93L;
            return mixed ^ mixed >>> 29;
        }
    }
}
