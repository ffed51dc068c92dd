package org.svalinn.explore;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Schedule.Decision;
import org.svalinn.explore.Verdict.Counterexample;

/** The distinct violations that a search has come across, each with the way to its first appearance. */
final class Counterexamples {
    /** More are not kept: nothing may grow with the number of executions. */
    private static final int MAX_KEPT = 100;

    private final Program program;
    private final int maxSteps;
    private final Map<String, Plan> ways = new LinkedHashMap<>();
    private boolean dropped;

    Counterexamples(Program program, int maxSteps) {
        this.program = program;
        this.maxSteps = maxSteps;
    }

    boolean isEmpty() {
        return ways.isEmpty();
    }

    /** Whether there were too many to keep. */
    boolean hasDropped() {
        return dropped;
    }

    /** Takes note of what the last execution has shown. */
    void note(List<Run.Sighting> sightings, Trace trace) {
        for (Run.Sighting sighting : sightings) {
            if (sighting.steps() <= trace.fixed && trace.fixed > 0) {
                continue; // In the part that has been repeated: noted before.
            }
            String identity = sighting.violation().identity();
            if (ways.containsKey(identity)) {
                continue;
            }
            if (ways.size() == MAX_KEPT) {
                dropped = true;
            } else {
                ways.put(identity, Plan.of(trace, sighting.steps()));
            }
        }
    }

    Set<String> identities() {
        return ways.keySet();
    }

    /**
     * Each in its simplest form, told.
     *
     * @throws NotReproducible when one does not show again
     */
    List<Counterexample> tell() throws NotReproducible {
        List<Counterexample> all = new ArrayList<>();
        for (Map.Entry<String, Plan> way : ways.entrySet()) {
            Minimiser.Result simplest = Minimiser.minimise(program, maxSteps, way.getKey(), way.getValue());
            if (simplest == null) {
                throw new NotReproducible(way.getKey());
            }
            Counterexample counterexample = narrate(simplest);
            if (counterexample == null) {
                throw new NotReproducible(way.getKey());
            }
            all.add(counterexample);
        }
        return all;
    }

    private @Nullable Counterexample narrate(Minimiser.Result simplest) {
        Trace trace = new Trace();
        Roster roster = new Roster();
        Narrator narrator = new Narrator(program, trace, roster);
        int[] left = {simplest.index()};
        Run run = new Run(program, trace, roster, maxSteps, Set.of(), violation -> left[0]-- == 0, narrator);
        run.execute(simplest.plan().follower(trace));
        if (run.sightings().size() <= simplest.index()) {
            return null;
        }
        List<Run.Sighting> seen = run.sightings().subList(0, simplest.index() + 1);
        return new Counterexample(seen.getLast().violation(), schedule(trace, roster), narrator.tell(seen));
    }

    private static Schedule schedule(Trace trace, Roster roster) {
        List<String> names = Names.of(roster);
        List<Decision> decisions = new ArrayList<>();
        for (int step = 0; step < trace.length; step++) {
            boolean choice = trace.operation[step] == Operation.CHOOSE;
            if (step == 0 || choice || trace.switches(step)) {
                decisions.add(new Decision(
                        step,
                        names.get(trace.actor[step]),
                        trace.operation[step],
                        trace.site[step],
                        choice ? trace.alternative[step] : -1));
            }
        }
        return new Schedule(decisions);
    }

    /** A violation that was seen once, and not again under the same schedule. */
    static final class NotReproducible extends Exception {
        NotReproducible(String identity) {
            super("not deterministic: the schedule that led to a violation does not lead to it again: " + identity);
        }
    }
}
