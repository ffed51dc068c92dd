package org.svalinn.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.explore.Coverage;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;

class VerdictTextTest {
    private static final String NO_REPLAY = "";

    private static String text(Finding finding, int width, boolean everyStep) {
        return new VerdictText(Style.PLAIN, width, everyStep, "./svalinn").of(finding);
    }

    private static Finding finding(Verdict verdict, String explanation) {
        return new Finding(Samples.SUBJECT, verdict, explanation, List.of(NO_REPLAY));
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 100, 120})
    void aCounterexampleIsToldInColumnsThatFitTheScreen(int width) {
        String text = text(Samples.violated(), width, false);
        Golden.check("violated-" + width + ".txt", text);
        assertThat(text.lines().filter(line -> !line.contains("replay ")).mapToInt(String::length)).allMatch(length -> length <= width);
    }

    @Test
    void allStepsAreShownWhenTheyAreAskedFor() {
        String text = text(Samples.violated(), 100, true);
        assertThat(text).contains("toy_exit_mmap toy.c:217").doesNotContain("of its own");
        assertThat(text(Samples.violated(), 100, false)).doesNotContain("toy.c:217").contains("... 40 steps of its own");
    }

    @Test
    void theFrameOutsideOfHeadersIsTheOneThatIsNamed() {
        assertThat(text(Samples.violated(), 120, false)).contains("toy_put core.c:1190").doesNotContain("toy_atomic.h:1211");
    }

    @Test
    void anActorThatTakesNoStepHasNoColumn() {
        String header = text(Samples.violated(), 120, false).lines().filter(line -> line.startsWith(" step")).findFirst().orElseThrow();
        assertThat(header).contains("parent", "child", "srcu").doesNotContain("kworker");
    }

    @Test
    void severalViolationsAreNumberedAndAnEarlyEndIsSaid() {
        Verdict.Counterexample leak = new Verdict.Counterexample(Samples.leak(), Samples.schedule(), Samples.narrative());
        String text = text(finding(new Verdict.Violated(Samples.COVERAGE, List.of(Samples.counterexample(), leak), false), ""), 100, false);
        assertThat(text)
                .contains("2 distinct violations. The search ended before every interleaving was explored")
                .contains("Violation 1 of 2: use-after-free", "Violation 2 of 2: leak")
                .contains("could not be saved");
    }

    @Test
    void theOtherVerdictsSayWhatTheyProve() {
        Coverage none = new Coverage(0, 0, 0, 0, 0, 0);
        String unmodelled = "no function ioremap at arm_probe drivers/toy/probe.c:12\n  called from toy_probe drivers/toy/probe.c:99";
        String text = Stream.of(
                        finding(new Verdict.Verified(Samples.COVERAGE), ""),
                        finding(new Verdict.Bounded(Samples.COVERAGE, "the limit of 60 s"), ""),
                        finding(new Verdict.Vacuous(Samples.COVERAGE, Set.of("an mm is bound to a device")), "parent cannot open accel: error -19"),
                        finding(new Verdict.Error(none, unmodelled), ""))
                .map(finding -> text(finding, 80, false))
                .reduce("", (all, one) -> all + one + "\n");
        Golden.check("other-verdicts.txt", text);
    }

    @Test
    void plainTextIsAsciiAndColourOnlyAddsToIt() {
        String plain = text(Samples.violated(), 100, false);
        String coloured = new VerdictText(Style.COLOURED, 100, false, "./svalinn").of(Samples.violated());
        assertThat(plain).isASCII();
        assertThat(coloured).contains("\u001b[");
        assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "").lines().map(String::stripTrailing).toList())
                .isEqualTo(plain.lines().toList());
    }

    @Test
    void aPartyToAViolationIsNamedByACallAndNotByWhatHappensThere() {
        CallPath path = new CallPath(List.of(
                new Site("", 0, "gives the PASID to another"),
                new Site("Kernel.java", 87, "Kernel.reuse"),
                new Site("Pasids.java", 150, "Pasids.put")));
        assertThat(path.telling().map(Site::function)).contains("gives the PASID to another");
        assertThat(path.tellingCall().map(Site::function)).contains("Pasids.put");
    }
}
