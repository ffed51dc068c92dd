package org.svalinn.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Verdict;

class JsonReportTest {
    private final JsonReport report = new JsonReport("0.1.0");

    private JsonObject only(Verdict verdict) {
        String text = report.check(List.of(new Finding(Samples.SUBJECT, verdict, "why", List.of())), 3);
        return JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("results").get(0).getAsJsonObject();
    }

    @Test
    void aViolationHasItsEndsItsStepsItsScheduleAndItsFile() {
        Golden.check("violated.json", report.check(List.of(Samples.violated()), 1));
    }

    @Test
    void eachVerdictSaysWhatItsWordMeans() {
        assertThat(only(new Verdict.Verified(Samples.COVERAGE)).get("verdict").getAsString()).isEqualTo("verified");
        assertThat(only(new Verdict.Bounded(Samples.COVERAGE, "60 s")).get("limit").getAsString()).isEqualTo("60 s");
        assertThat(only(new Verdict.Vacuous(Samples.COVERAGE, Set.of("b", "a"))).getAsJsonArray("missed").toString()).isEqualTo("[\"a\",\"b\"]");
        assertThat(only(new Verdict.Error(Samples.COVERAGE, "no")).get("message").getAsString()).isEqualTo("no");
        assertThat(only(new Verdict.Error(Samples.COVERAGE, "no")).get("explanation").getAsString()).isEqualTo("why");
    }

    @Test
    void pinsAndFloorsAreTheSameForPrograms() {
        Golden.check("pins.json", report.pins(Samples.SUBJECT, "close accel", Samples.holdings()));
        Golden.check("floor.json", report.floor(List.of(Samples.SUBJECT), List.of(TablesTest.USE)));
    }
}
