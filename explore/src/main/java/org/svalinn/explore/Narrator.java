package org.svalinn.explore;

import java.util.ArrayList;
import java.util.List;

/** Keeps what people want to know of an execution while it runs. */
final class Narrator {
    private final Program program;
    private final Trace trace;
    private final Roster roster;
    private final List<Told> told = new ArrayList<>();
    private boolean unsettled;

    Narrator(Program program, Trace trace, Roster roster) {
        this.program = program;
        this.trace = trace;
        this.roster = roster;
    }

    private static final class Told {
        final List<Site> path;
        final StringBuilder note = new StringBuilder();
        String object = "";

        Told(List<Site> path) {
            this.path = path;
        }
    }

    /** The task is about to wait for its turn. */
    void parks(Task task) {
        List<Site> path = new ArrayList<>();
        path.add(task.site);
        path.addAll(program.callPath());
        task.path = List.copyOf(path);
    }

    /** The task takes its step; the effects of the step come after this. */
    void takes(Task task, int step) {
        Told now = new Told(task.path.isEmpty() ? List.of(task.site) : task.path);
        if (task.operation == Operation.CHOOSE) {
            now.object = "0.." + (task.alternatives - 1);
            now.note.append(trace.alternative[step]);
        }
        told.add(now);
        unsettled = true;
    }

    void note(String text) {
        if (told.isEmpty()) {
            return;
        }
        StringBuilder note = told.getLast().note;
        note.append(note.isEmpty() ? "" : ", ").append(text);
    }

    /** The effects of the last step are there: its object can be named as it is now. */
    void settle() {
        if (!unsettled) {
            return;
        }
        unsettled = false;
        int step = told.size() - 1;
        if (trace.count[step] > 0) {
            told.getLast().object = program.describe(trace.object[step], trace.parts[step]);
        }
    }

    String describe(long object, long parts) {
        return program.describe(object, parts);
    }

    /** Where a step was taken, innermost call first. */
    List<Site> path(int step) {
        return told.get(step).path;
    }

    Narrative tell(List<Run.Sighting> sightings) {
        settle();
        List<String> actors = Names.of(roster);
        List<Narrative.Step> steps = new ArrayList<>(told.size());
        for (int step = 0; step < told.size(); step++) {
            Told now = told.get(step);
            steps.add(new Narrative.Step(
                    step,
                    actors.get(trace.actor[step]),
                    trace.operation[step],
                    now.object,
                    now.path,
                    now.note.toString(),
                    trace.preempts(step),
                    conflicts(step)));
        }
        return new Narrative(actors, steps, sightings.stream().map(Run.Sighting::violation).toList());
    }

    private boolean conflicts(int step) {
        for (int other = 0; other < told.size(); other++) {
            if (trace.conflict(step, other)) {
                return true;
            }
        }
        return false;
    }
}
