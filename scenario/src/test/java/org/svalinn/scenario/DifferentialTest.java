package org.svalinn.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.svalinn.explore.Explorer;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;
import org.svalinn.source.SourceKernel;
import org.svalinn.source.floor.Platform;

/**
 * The reference kernel {@code v5.18} against Linux 6.1's own C: every scenario that both can run, behind each IOMMU. They agree in
 * what is found and in who holds what, or the difference is one of {@link KnownDifferences}, which docs/findings.md explains.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DifferentialTest {
    private static final Variant V5_18 = Variant.of(Design.V5_18);

    private final Map<Platform, SourceKernel> kernels = new EnumMap<>(Platform.class);

    static Stream<Arguments> all() {
        return Stream.of(Platform.values()).flatMap(iommu -> Catalogue.all().stream()
                .filter(scenario -> SourceKernelUnderTest.refusal(scenario).isEmpty())
                .map(scenario -> Arguments.of(iommu, scenario.name())));
    }

    @ParameterizedTest(name = "{1} on {0}")
    @MethodSource("all")
    void bothKernelsFindTheSame(Platform iommu, String name) {
        Scenario scenario = Catalogue.find(name).orElseThrow();
        Outcome source = explore(source(iommu, scenario), KnownDifferences.limit(iommu));
        Outcome reference = explore(reference(V5_18, iommu, scenario), KnownDifferences.REFERENCE_LIMIT);

        Optional<KnownDifferences.Finding> finding = KnownDifferences.finding(iommu, name);
        assertThat(source.verdict()).as("the source's verdict")
                .isIn(finding.isPresent() ? Set.of(Outcome.Kind.VIOLATED) : Set.of(Outcome.Kind.VERIFIED, Outcome.Kind.BOUNDED));
        assertThat(checks(source)).isEqualTo(finding.map(KnownDifferences.Finding::checks).orElse(Set.of()));
        assertThat(reference.verdict()).as("the reference's verdict").isIn(Outcome.Kind.VERIFIED, Outcome.Kind.BOUNDED);
        assertThat(source.verdict() == Outcome.Kind.BOUNDED).as("compared by what was found so far")
                .isEqualTo(KnownDifferences.isNotToTheEnd(iommu, name));
    }

    /** Finding 1, made on purpose: what the callbacks of a notifier use is freed without a grace period. */
    @ParameterizedTest
    @CsvSource({"close-while-exiting", "unmap-while-closing", "oom-while-bound"})
    void withoutTheGracePeriodTheReferenceHasTheFindingOfTheSource(String name) {
        Scenario scenario = Catalogue.find(name).orElseThrow();
        Outcome source = first(source(Platform.SMMUV3, scenario));
        Outcome reference = first(reference(V5_18.without(Omission.GRACE_PERIOD), Platform.SMMUV3, scenario));

        assertThat(source.verdict()).isEqualTo(Outcome.Kind.VIOLATED);
        assertThat(reference.verdict()).isEqualTo(Outcome.Kind.VIOLATED);
        assertThat(checks(source)).containsExactly("use-after-free").isEqualTo(checks(reference));
    }

    /** Finding 2: nothing in the reference kernel is freed by who finds its list empty after having given its lock back. */
    @Test
    void twoUnbindsThatDrainAtOnceAreTheSourcesOwnFinding() {
        Scenario scenario = ScenarioReader.read("two-closes.yaml", VtdKernelTest.TWO_CLOSES);

        assertThat(checks(first(source(Platform.VTD, scenario)))).containsExactly("use-after-free");
        assertThat(explore(reference(V5_18, Platform.VTD, scenario), KnownDifferences.REFERENCE_LIMIT).verdict())
                .isEqualTo(Outcome.Kind.VERIFIED);
    }

    @ParameterizedTest(name = "{1} on {0}")
    @MethodSource("all")
    void afterEachActionTheSameHoldersHoldTheSame(Platform iommu, String name) {
        Scenario scenario = Catalogue.find(name).orElseThrow();
        Experiment source = source(iommu, scenario);
        Experiment reference = reference(V5_18, iommu, scenario);

        Map<String, String> found = new LinkedHashMap<>();
        for (String action : Holding.actions(scenario)) {
            List<String> one = Holding.of(source.pins(Optional.of(action)));
            List<String> other = Holding.of(reference.pins(Optional.of(action)));
            String difference = difference(one, other);
            if (!difference.isEmpty()) {
                found.put(action, difference);
            }
        }
        assertThat(found).isEqualTo(KnownDifferences.holders(iommu, name));
    }

    /** The thread's last question, in one line for each kernel and IOMMU. */
    @ParameterizedTest
    @CsvSource({"SMMUV3, 'USERS, DRIVER, NOTIFIER'", "VTD, 'USERS, NOTIFIER'"})
    void afterBindTheyAgreeWhoHoldsTheMm(Platform iommu, String holders) {
        Scenario bind = Catalogue.find("bind").orElseThrow();
        for (Experiment experiment : List.of(source(iommu, bind), reference(V5_18, iommu, bind))) {
            assertThat(Holding.of(experiment.pins(Optional.of("open accel"))))
                    .filteredOn(line -> line.startsWith("mm_count"))
                    .extracting(line -> line.substring(line.lastIndexOf(' ') + 1))
                    .containsExactlyInAnyOrder(holders.split(", "));
        }
    }

    /** {@code source: what only the source has; reference: what only the reference has}. */
    private static String difference(List<String> source, List<String> reference) {
        List<String> onlySource = new ArrayList<>(source);
        reference.forEach(onlySource::remove);
        List<String> onlyReference = new ArrayList<>(reference);
        source.forEach(onlyReference::remove);
        return (onlySource.isEmpty() ? "" : "source: " + String.join(", ", onlySource))
                + (onlySource.isEmpty() || onlyReference.isEmpty() ? "" : "; ")
                + (onlyReference.isEmpty() ? "" : "reference: " + String.join(", ", onlyReference));
    }

    private static Set<String> checks(Outcome outcome) {
        return outcome.seen().stream().map(Outcome.Seen::check).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Outcome explore(Experiment experiment, int limit) {
        return Outcome.of(Explorer.of(experiment).maxExecutions(limit).explore());
    }

    private static Outcome first(Experiment experiment) {
        return Outcome.of(Explorer.of(experiment).stopAtFirst(true).explore());
    }

    private Experiment source(Platform iommu, Scenario scenario) {
        return new Experiment(kernels.computeIfAbsent(iommu, TestKernel::kernel).start(), scenario);
    }

    private static Experiment reference(Variant variant, Platform iommu, Scenario scenario) {
        return Laboratory.reference(variant, iommu.text()).prepare(scenario);
    }

    @Test
    void everyKnownDifferenceIsOfAScenarioThatThereIs() {
        assertThat(new HashSet<>(Catalogue.names())).containsAll(KnownDifferences.scenarios());
    }
}
