package org.svalinn.kernel.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Program;
import org.svalinn.explore.Run;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Variant;

/** Explores small programs made of this package's primitives. */
public final class Trial {
    private Trial() {}

    /** A core on a run, of whatever design. */
    public static Core core(Run run) {
        return new Core(Scheduler.of(run), Variant.of(Design.V5_18));
    }

    /** What a search through all interleavings sees, each as {@code check: message}. */
    public static Set<String> violations(Consumer<Core> setup) {
        return found(setup).stream()
                .map(violation -> violation.check() + ": " + violation.message())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The checks that fire. */
    public static Set<String> checks(Consumer<Core> setup) {
        return found(setup).stream().map(Violation::check).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Violation> found(Consumer<Core> setup) {
        Verdict verdict = Explorer.of(run -> setup.accept(core(run))).explore();
        return switch (verdict) {
            case Verdict.Verified verified -> Set.of();
            case Verdict.Violated violated -> violated.counterexamples().stream()
                    .map(Verdict.Counterexample::violation)
                    .collect(Collectors.toSet());
            default -> throw new AssertionError(verdict);
        };
    }

    /** All outcomes, and violations, that a search finds; null when it takes more executions than that. */
    public static @Nullable Set<String> outcomes(
            Function<Core, Supplier<String>> setup, Explorer.Strategy strategy, long maxExecutions) {
        Set<String> outcomes = new TreeSet<>();
        Verdict verdict = Explorer.of(new Program() {
                    private Supplier<String> outcome = () -> "";

                    @Override
                    public void start(Run run) {
                        outcome = setup.apply(core(run));
                    }

                    @Override
                    public void finish(Run run) {
                        outcomes.add(outcome.get());
                    }
                })
                .strategy(strategy)
                .maxExecutions(maxExecutions)
                .explore();
        switch (verdict) {
            case Verdict.Verified verified -> {}
            case Verdict.Bounded bounded -> {
                return null;
            }
            case Verdict.Violated violated -> {
                if (!violated.complete()) {
                    return null;
                }
                violated.counterexamples().forEach(found -> outcomes.add(found.violation().identity()));
            }
            default -> throw new AssertionError(verdict);
        }
        return outcomes;
    }

    /** All outcomes of a program, which must be the same however it is searched. */
    public static Set<String> outcomes(Function<Core, Supplier<String>> setup) {
        Set<String> plain = outcomes(setup, Explorer.Strategy.PLAIN, Long.MAX_VALUE);
        assertThat(outcomes(setup, Explorer.Strategy.EXHAUSTIVE, Long.MAX_VALUE)).isEqualTo(plain);
        return plain == null ? Set.of() : plain;
    }
}
