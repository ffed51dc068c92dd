package org.svalinn.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Program;
import org.svalinn.explore.Run;
import org.svalinn.explore.Verdict;

/**
 * What can come of a small program. Hardware announces in its steps all that others can see of it if, and only if, the search that
 * leaves orders out finds the same as plain search, which tries every order there is.
 */
public final class Outcomes {
    private Outcomes() {}

    /**
     * Requires that, and that there is more than one outcome.
     *
     * @param program starts an execution, and gives what tells its outcome at the end
     */
    public static void areAllFound(Function<Run, Supplier<String>> program) {
        Set<String> plain = of(program, Explorer.Strategy.PLAIN);
        assertThat(plain).hasSizeGreaterThan(1);
        assertThat(of(program, Explorer.Strategy.EXHAUSTIVE)).isEqualTo(plain);
    }

    /** All outcomes, and violations, that a search finds. */
    public static Set<String> of(Function<Run, Supplier<String>> program, Explorer.Strategy strategy) {
        Set<String> outcomes = new TreeSet<>();
        Verdict verdict = Explorer.of(new Program() {
                    private Supplier<String> outcome = () -> "";

                    @Override
                    public void start(Run run) {
                        outcome = program.apply(run);
                    }

                    @Override
                    public void finish(Run run) {
                        outcomes.add(outcome.get());
                    }
                })
                .strategy(strategy)
                .explore();
        if (verdict instanceof Verdict.Violated violated) {
            assertThat(violated.complete()).isTrue();
            violated.counterexamples().forEach(found -> outcomes.add(found.violation().identity()));
        } else {
            assertThat(verdict).isInstanceOf(Verdict.Verified.class);
        }
        return outcomes;
    }
}
