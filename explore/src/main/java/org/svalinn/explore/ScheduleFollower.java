package org.svalinn.explore;

import java.util.List;
import org.svalinn.explore.Schedule.Decision;

/**
 * Follows a stored schedule, perhaps of a source that has changed since, and says where that stops being possible.
 * Lines may have moved: a decision is met by its operation in its file and function.
 */
final class ScheduleFollower implements Scheduler {
    private final List<Decision> decisions;
    private final Trace trace;
    private final Roster roster;
    private int met;
    private String departure = "";

    ScheduleFollower(Schedule schedule, Trace trace, Roster roster) {
        this.decisions = schedule.decisions();
        this.trace = trace;
        this.roster = roster;
    }

    /** Where the execution departed from the schedule; empty when it did not. Asked after the execution. */
    String departure() {
        if (departure.isEmpty() && met < decisions.size()) {
            depart(decisions.get(met).step(), tell(decisions.get(met)), "the end, after " + trace.length + " steps");
        }
        return departure;
    }

    @Override
    public int pick(int step, int enabled, int running) {
        if (departure.isEmpty() && met < decisions.size()) {
            int actor = decisions.get(met).step() <= step ? decided(step, enabled) : undecided(step, enabled, running);
            if (actor != NOBODY) {
                return actor;
            }
        }
        return Scheduler.keepRunning(enabled, running);
    }

    @Override
    public int alternative(int step, int alternatives) {
        if (met == 0 || !departure.isEmpty()) {
            return 0;
        }
        Decision decision = decisions.get(met - 1);
        if (decision.step() != step || decision.choice() < 0) {
            return 0;
        }
        if (decision.choice() >= alternatives) {
            depart(step, "alternative " + decision.choice() + " of " + tell(decision), alternatives + " alternatives");
            return 0;
        }
        return decision.choice();
    }

    private int decided(int step, int enabled) {
        Decision decision = decisions.get(met);
        int actor = Names.find(roster, decision.actor());
        if (actor < 0) {
            return depart(step, tell(decision), "no such actor");
        }
        if (!roster.isUnfinished(actor)) {
            return depart(step, tell(decision), decision.actor() + " finished");
        }
        Task task = roster.get(actor);
        if (task.operation != decision.operation() || !isSamePlace(task.site, decision.site())) {
            return depart(step, tell(decision), tell(actor));
        }
        if ((enabled & 1 << actor) == 0) {
            return depart(step, tell(decision), tell(actor) + " blocked");
        }
        met++;
        return actor;
    }

    private int undecided(int step, int enabled, int running) {
        if ((enabled & 1 << running) != 0) {
            return running;
        }
        String name = Names.of(roster, running);
        String found = roster.isUnfinished(running) ? tell(running) + " blocked" : name + " finished";
        return depart(step, name + " to go on", found);
    }

    private int depart(int step, String expected, String found) {
        departure = "at step " + step + " expected " + expected + ", found " + found;
        return NOBODY;
    }

    private static boolean isSamePlace(Site site, Site stored) {
        return site.file().equals(stored.file()) && site.function().equals(stored.function());
    }

    private static String tell(Decision decision) {
        return decision.actor() + " " + decision.operation() + " at " + decision.site();
    }

    private String tell(int actor) {
        Task task = roster.get(actor);
        return Names.of(roster, actor) + " " + task.operation + " at " + task.site;
    }
}
