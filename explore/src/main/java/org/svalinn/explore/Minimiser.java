package org.svalinn.explore;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Plan.Turn;

/**
 * Makes a counterexample simpler before people see it. A search stumbles on a violation with whatever switches its
 * order of trying has led to; most do not matter. So: try a simpler plan, keep it when the same violation still shows
 * and the execution was simpler, and begin again (delta debugging, after Zeller). Simpler is: fewer preemptions, then
 * fewer switches, then fewer steps, then lower alternatives. What is found cannot be made simpler by any <em>one</em>
 * of these changes, or the tries ran out; it need not be the simplest there is. The same program and finding give the
 * same result always: what bounds it is counted, not timed.
 */
final class Minimiser {
    private static final int MAX_TRIES = 3000;
    private static final long MAX_STEPS = 6_000_000;

    private final Trace trace = new Trace();
    private final Run run;
    private final String wanted;
    private int tries;
    private long steps;

    private Minimiser(Program program, int maxSteps, String wanted) {
        this.wanted = wanted;
        this.run = new Run(
                program, trace, new Roster(), maxSteps, Set.of(), this::isWanted, null);
    }

    /**
     * A plan that leads to the wanted violation.
     *
     * @param index the place of the violation among those that the execution shows
     */
    record Result(Plan plan, int index, Cost cost) {}

    /** How much there is to understand. */
    record Cost(int preemptions, int switches, int steps, int alternatives) implements Comparable<Cost> {
        private static final Comparator<Cost> ORDER = Comparator.comparingInt(Cost::preemptions)
                .thenComparingInt(Cost::switches)
                .thenComparingInt(Cost::steps)
                .thenComparingInt(Cost::alternatives);

        @Override
        public int compareTo(Cost other) {
            return ORDER.compare(this, other);
        }

        static Cost of(Trace trace, int steps) {
            int preemptions = 0;
            int switches = 0;
            int alternatives = 0;
            for (int step = 0; step < steps; step++) {
                preemptions += trace.preempts(step) ? 1 : 0;
                switches += trace.switches(step) ? 1 : 0;
                alternatives += trace.alternative[step];
            }
            return new Cost(preemptions, switches, steps, alternatives);
        }
    }

    /** The simplest way found to the violation of that identity; null when the plan itself does not lead to it. */
    static @Nullable Result minimise(Program program, int maxSteps, String identity, Plan plan) {
        Minimiser minimiser = new Minimiser(program, maxSteps, identity);
        Result best = minimiser.attempt(plan);
        Result simpler = best;
        while (simpler != null) {
            best = simpler;
            simpler = minimiser.improve(best);
        }
        return best;
    }

    private @Nullable Result improve(Result best) {
        List<Turn> turns = best.plan().turns();
        for (int actor = 0; actor < best.plan().choices().size(); actor++) {
            if (best.plan().choices().get(actor).stream().anyMatch(choice -> choice > 0)) {
                Result result = better(best, best.plan().withoutChoices(actor));
                if (result != null) {
                    return result;
                }
            }
        }
        for (List<Turn> candidate : simplifications(turns)) {
            Result result = better(best, best.plan().withTurns(candidate));
            if (result != null) {
                return result;
            }
            if (tries >= MAX_TRIES || steps >= MAX_STEPS) {
                return null;
            }
        }
        return null;
    }

    /** All that differ from {@code turns} in one thing, those that change most first. */
    private static Iterable<List<Turn>> simplifications(List<Turn> turns) {
        int size = turns.size();
        List<List<Turn>> all = new ArrayList<>();
        for (int end = 0; end < size; end++) {
            all.add(turns.subList(0, end));
        }
        for (int turn = size - 1; turn >= 0; turn--) {
            all.add(replaced(turns, turn, new Turn(turns.get(turn).actor(), Plan.UNTIL_BLOCKED)));
        }
        for (int turn = size - 1; turn >= 0; turn--) {
            all.add(without(turns, turn));
        }
        for (int turn = 0; turn + 1 < size; turn++) {
            for (int later = turn + 1; later < size; later++) {
                if (turns.get(later).actor() == turns.get(turn).actor()) {
                    all.add(moved(turns, later, turn + 1));
                    all.add(moved(turns, turn, later - 1));
                    break;
                }
            }
        }
        for (int turn = 0; turn < size; turn++) {
            for (int to = 0; to < size; to++) {
                if (to != turn && to != turn - 1) {
                    all.add(moved(turns, turn, to));
                }
            }
        }
        return all;
    }

    private static List<Turn> replaced(List<Turn> turns, int index, Turn turn) {
        List<Turn> others = new ArrayList<>(turns);
        others.set(index, turn);
        return others;
    }

    private static List<Turn> without(List<Turn> turns, int index) {
        List<Turn> others = new ArrayList<>(turns);
        others.remove(index);
        return others;
    }

    private static List<Turn> moved(List<Turn> turns, int from, int to) {
        List<Turn> others = new ArrayList<>(turns);
        others.add(to, others.remove(from));
        return others;
    }

    private @Nullable Result better(Result best, Plan plan) {
        Result result = attempt(plan);
        return result != null && result.cost().compareTo(best.cost()) < 0 ? result : null;
    }

    private @Nullable Result attempt(Plan plan) {
        tries++;
        run.execute(plan.follower(trace));
        steps += trace.length;
        List<Run.Sighting> sightings = run.sightings();
        for (int index = 0; index < sightings.size(); index++) {
            Run.Sighting sighting = sightings.get(index);
            if (isWanted(sighting.violation())) {
                return new Result(
                        Plan.of(trace, sighting.steps()), index, Cost.of(trace, sighting.steps()));
            }
        }
        return null;
    }

    private boolean isWanted(Violation violation) {
        return violation.identity().equals(wanted);
    }
}
