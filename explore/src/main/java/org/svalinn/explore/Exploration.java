package org.svalinn.explore;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Run.Ending;

/** One search, from the first execution to the verdict. */
final class Exploration {
    /** What a search may take, and how it is done. */
    record Settings(
            Explorer.Strategy strategy,
            long maxExecutions,
            int maxSteps,
            @Nullable Duration maxTime,
            boolean stopAtFirst,
            Consumer<Coverage> progress) {}

    private static final long PROGRESS_NANOS = 250_000_000L;

    private final Settings settings;
    private final Trace trace = new Trace();
    private final Run run;
    private final Search search;
    private final Set<String> missedGoals;
    private final Counterexamples counterexamples;

    private final long began = System.nanoTime();
    private long told = began;
    private long executions;
    private long classes;
    private long pruned;
    private long steps;
    private int longest;
    private boolean incomplete;
    private @Nullable String limit;

    Exploration(Program program, Settings settings) {
        this.settings = settings;
        Roster roster = new Roster();
        missedGoals = new TreeSet<>(program.goals());
        run = new Run(
                program, trace, roster, settings.maxSteps(), missedGoals,
                violation -> settings.stopAtFirst(), null);
        search = switch (settings.strategy()) {
            case EXHAUSTIVE -> new SourceSetSearch(trace, roster);
            case PLAIN -> new PlainSearch(trace);
        };
        counterexamples = new Counterexamples(program, settings.maxSteps());
    }

    Verdict explore() {
        do {
            Ending ending = run.execute(search);
            count(ending);
            if (ending == Ending.FAILED) {
                return error(run.failure());
            }
            counterexamples.note(run.sightings(), trace);
            if (executions == 1) {
                String difference = rehearse(ending);
                if (!difference.isEmpty()) {
                    return error(difference);
                }
            }
            if (settings.stopAtFirst() && !counterexamples.isEmpty()) {
                incomplete = true;
                break;
            }
        } while (search.advance() && mayGoOn());
        return verdict();
    }

    private void count(Ending ending) {
        executions++;
        steps += trace.length;
        longest = Math.max(longest, trace.length);
        incomplete |= run.consequence() != null;
        switch (ending) {
            case COMPLETE, DEADLOCK -> classes++;
            case PRUNED -> pruned++;
            case CUT -> limit = settings.maxSteps() + " steps in one execution";
            case STOPPED, FAILED -> {}
        }
    }

    /** Repeats the first execution, which has to be the same; says where it is not. */
    private String rehearse(Ending first) {
        int length = trace.length;
        int sightings = run.sightings().size();
        trace.fixed = length;
        trace.resumes = false;
        Ending second = run.execute((step, enabled, running) -> Scheduler.NOBODY);
        if (second == Ending.FAILED) {
            return run.failure();
        }
        if (second != first || trace.length != length || run.sightings().size() != sightings) {
            return "not deterministic: at step " + length + " expected the end of the first execution, "
                    + ended(first, sightings) + ", found " + ended(second, run.sightings().size());
        }
        return "";
    }

    private static String ended(Ending ending, int violations) {
        return (ending == Ending.PRUNED ? "more steps" : ending.toString()) + " with " + violations + " violations";
    }

    private boolean mayGoOn() {
        if (executions >= settings.maxExecutions()) {
            limit = String.format(Locale.ROOT, "%,d executions", executions);
            return false;
        }
        long now = System.nanoTime();
        if (now - told > PROGRESS_NANOS) {
            told = now;
            settings.progress().accept(coverage());
        }
        Duration maxTime = settings.maxTime();
        if (maxTime != null && now - began > maxTime.toNanos()) {
            limit = "a time of " + maxTime.toString().substring(2).toLowerCase(Locale.ROOT);
            return false;
        }
        return true;
    }

    private Verdict verdict() {
        if (!counterexamples.isEmpty()) {
            boolean complete = limit == null && !incomplete && !counterexamples.hasDropped();
            try {
                return new Verdict.Violated(coverage(), counterexamples.tell(), complete);
            } catch (Counterexamples.NotReproducible notReproducible) {
                return error(String.valueOf(notReproducible.getMessage()));
            }
        }
        if (limit != null) {
            String missed = missedGoals.isEmpty() ? "" : ", before any execution had reached: " + String.join(", ", missedGoals);
            return new Verdict.Bounded(coverage(), limit + missed);
        }
        return missedGoals.isEmpty() ? new Verdict.Verified(coverage()) : new Verdict.Vacuous(coverage(), Set.copyOf(missedGoals));
    }

    private Verdict error(String message) {
        String before = counterexamples.isEmpty() ? "" : "; before that, violations: " + counterexamples.identities();
        return new Verdict.Error(coverage(), message + before);
    }

    private Coverage coverage() {
        long millis = (System.nanoTime() - began) / 1_000_000;
        return new Coverage(executions, classes, pruned, steps, longest, millis);
    }
}
