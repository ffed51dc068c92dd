package org.svalinn.explore;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Says who waits for what, and who has it, when nobody can go on. */
final class Deadlock {
    private static final String CHECK = "deadlock";

    private Deadlock() {}

    /**
     * The violation. Objects are named, call paths given and holders found only when there is a narrator; without, the
     * identity depends on nothing but who waits where.
     */
    static Violation describe(Roster roster, Trace trace, @Nullable Narrator narrator) {
        List<Violation.End> ends = new ArrayList<>();
        List<Violation.End> holders = new ArrayList<>();
        StringJoiner message = new StringJoiner(", ", "nobody can go on: ", "");
        for (int actor = 0; actor < roster.size(); actor++) {
            Task task = roster.get(actor);
            if (!roster.isUnfinished(actor) || isIdle(task)) {
                continue;
            }
            String name = Names.of(roster, actor);
            if (narrator == null) {
                ends.add(new Violation.End(role(task.operation, "it"), name, List.of(task.site)));
                continue;
            }
            String role = role(task.operation, narrator.describe(task.object, task.parts));
            String holding = "";
            int taken = task.operation == Operation.ACQUIRE ? acquisition(trace, task.object) : -1;
            if (taken >= 0) {
                String holder = Names.of(roster, trace.actor[taken]);
                holding = " (held by " + holder + ")";
                holders.add(new Violation.End(
                        "holds " + narrator.describe(task.object, task.parts), holder, narrator.path(taken)));
            }
            ends.add(new Violation.End(role, name, task.path.isEmpty() ? List.of(task.site) : task.path));
            message.add(name + " " + role + holding);
        }
        ends.sort(Comparator.comparing(end -> end.role() + end.path()));
        ends.addAll(holders);
        return new Violation(CHECK, narrator == null ? "nobody can go on" : message.toString(), ends);
    }

    /** A daemon that waits for work is where it should be; one that waits for a lock is not. */
    private static boolean isIdle(Task task) {
        return task.actor().isDaemon() && task.operation != Operation.ACQUIRE;
    }

    private static String role(Operation operation, String object) {
        return switch (operation) {
            case ACQUIRE -> "waits to acquire " + object;
            case ENTER -> "waits to enter " + object;
            case READ -> "waits to read " + object;
            case WAIT -> "waits for " + object;
            default -> "waits to do " + operation + " on " + object;
        };
    }

    /** The last step that acquired the object and has not been undone by a release, or -1. */
    private static int acquisition(Trace trace, long object) {
        for (int step = trace.length - 1; step >= 0; step--) {
            if (trace.count[step] == 1 && trace.object[step] == object) {
                if (trace.operation[step] == Operation.RELEASE) {
                    return -1;
                }
                if (trace.operation[step] == Operation.ACQUIRE) {
                    return step;
                }
            }
        }
        return -1;
    }
}
