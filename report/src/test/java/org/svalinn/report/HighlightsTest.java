package org.svalinn.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Narrative;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;

class HighlightsTest {
    private static Narrative turns(int steps, String object, boolean conflicts) {
        List<Narrative.Step> list = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            list.add(new Narrative.Step(i, "a", Operation.READ, object, List.of(Site.named("f")), "", false, conflicts));
        }
        return new Narrative(List.of("a"), list, List.of());
    }

    @Test
    void theEndsOfATurnAreShownAndTheRestIsNot() {
        assertThat(Highlights.of(turns(9, "x", false), Samples.leak()).stream()).containsExactly(0, 8);
    }

    @Test
    void conflictsAreShownWhileTheyAreFew() {
        assertThat(Highlights.of(turns(9, "x", true), Samples.leak()).cardinality()).isEqualTo(9);
        assertThat(Highlights.of(turns(900, "x", true), Samples.leak()).cardinality()).isEqualTo(2);
    }

    @Test
    void anyFieldOfTheObjectOfTheViolationIsShown() {
        assertThat(Highlights.of(turns(9, "toy_struct of parent.lock", false), Samples.leak()).cardinality()).isEqualTo(9);
        assertThat(Highlights.of(turns(99, "toy_struct of parent.lock", false), Samples.leak()).cardinality()).as("too many").isEqualTo(2);
        assertThat(Highlights.of(turns(9, "toy_struct of par.lock", false), Samples.leak()).cardinality()).isEqualTo(2);
    }
}
