package org.svalinn.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The example of the package's page. */
class PackageExampleTest {
    private static final long COUNTER = 1;

    @Test
    void theExampleLosesAnUpdate() {
        Program counter = run -> {
            int[] value = {0};
            for (String name : List.of("left", "right")) {
                run.spawn(name, () -> {
                    run.step(Operation.READ, COUNTER, -1, Site.named("load"));
                    int loaded = value[0];
                    run.step(Operation.WRITE, COUNTER, -1, Site.named("store"));
                    if (value[0] != loaded) {
                        run.report(new Violation("lost-update", "an update was overwritten", List.of()));
                    }
                    value[0] = loaded + 1;
                });
            }
        };
        assertThat(Explorer.of(counter).explore())
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.type(Verdict.Violated.class))
                .satisfies(violated -> assertThat(violated.counterexamples()).singleElement()
                        .satisfies(example -> assertThat(example.narrative().steps()).hasSize(6)));
    }
}
