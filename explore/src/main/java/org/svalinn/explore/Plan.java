package org.svalinn.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A suggestion of how an execution should go: who takes how many steps, turn after turn, and which alternatives each
 * actor takes. Unlike a {@link Schedule} it can be followed by any execution: a turn ends early when its actor cannot
 * go on, an alternative that is not there is 0, and after the last turn whoever runs goes on while it can.
 *
 * @param turns who goes on, and for how many steps
 * @param choices for each actor the alternatives it takes, in order
 */
record Plan(List<Turn> turns, List<List<Integer>> choices) {
    /** A turn long enough to last until the actor blocks or finishes. */
    static final int UNTIL_BLOCKED = Integer.MAX_VALUE;

    record Turn(int actor, int steps) {}

    Plan {
        turns = List.copyOf(turns);
        choices = List.copyOf(choices);
    }

    /** How the first {@code steps} steps of the trace went. */
    static Plan of(Trace trace, int steps) {
        List<Turn> turns = new ArrayList<>();
        List<List<Integer>> choices = new ArrayList<>();
        int begin = 0;
        for (int step = 0; step < steps; step++) {
            int actor = trace.actor[step];
            if (step + 1 == steps || trace.actor[step + 1] != actor) {
                turns.add(new Turn(actor, step + 1 - begin));
                begin = step + 1;
            }
            if (trace.operation[step] == Operation.CHOOSE) {
                while (choices.size() <= actor) {
                    choices.add(new ArrayList<>());
                }
                choices.get(actor).add(trace.alternative[step]);
            }
        }
        return new Plan(turns, choices);
    }

    Plan withTurns(List<Turn> others) {
        return new Plan(others, choices);
    }

    /** The same, but with the choices of {@code actor} left at 0. */
    Plan withoutChoices(int actor) {
        List<List<Integer>> others = new ArrayList<>(choices);
        others.set(actor, List.of());
        return new Plan(turns, others);
    }

    /** Follows the plan in one execution. */
    Scheduler follower(Trace trace) {
        return new Follower(trace);
    }

    private final class Follower implements Scheduler {
        private final Trace trace;
        private final int[] chosen = new int[Roster.MAX_ACTORS];
        private int turn;
        private int taken;

        Follower(Trace trace) {
            this.trace = trace;
            Arrays.fill(chosen, 0);
        }

        @Override
        public int pick(int step, int enabled, int running) {
            while (turn < turns.size()) {
                Turn now = turns.get(turn);
                if (taken < now.steps() && (enabled & 1 << now.actor()) != 0) {
                    taken++;
                    return now.actor();
                }
                turn++;
                taken = 0;
            }
            return Scheduler.keepRunning(enabled, running);
        }

        @Override
        public int alternative(int step, int alternatives) {
            int actor = trace.actor[step];
            int index = chosen[actor]++;
            if (actor >= choices.size() || index >= choices.get(actor).size()) {
                return 0;
            }
            int wish = choices.get(actor).get(index);
            return wish < alternatives ? wish : 0;
        }
    }
}
