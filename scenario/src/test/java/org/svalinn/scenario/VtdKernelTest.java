package org.svalinn.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;
import org.svalinn.source.runtime.CFunction;
import org.svalinn.source.tree.SourceTree;

/**
 * Intel's half: Linux 6.1's own drivers/iommu/intel behind the model of VT-d. The tree compiles SVA out on x86, so that all but
 * the first test let it through.
 */
class VtdKernelTest {
    static final String TWO_CLOSES = """
            name: two-closes
            summary: Two threads close two devices of one process at the same time.
            devices: [left, right]
            setup:
              - process: open left
              - process: open right
              - process: thread worker
            actors:
              process: [close left, exit]
              worker: [close right, exit]
            """;

    private static final String FAULT = """
            name: fault
            summary: A device asks for a page while the process goes.
            devices: [accel]
            setup:
              - process: open accel
              - process: map
            actors:
              accel: [read process]
              process: [close accel, exit]
            """;

    @Test
    void asItIsTheKernelRefusesEveryBindAndTheVerdictSaysWhere() {
        Experiment experiment = TestKernel.unmodifiedOnVtd("bind");
        Verdict verdict = Explorer.of(experiment).explore();

        assertThat(verdict).isInstanceOf(Verdict.Vacuous.class);
        assertThat(((Verdict.Vacuous) verdict).missed()).contains(Experiment.BOUND);
        assertThat(experiment.bindFailure())
                .matches("process cannot open accel: EOPNOTSUPP: SVA is compiled out on x86 at drivers/iommu/iommu\\.c:\\d+; a patch can lift it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "exit-before-close", "exit-while-mapped", "kill-while-bound"})
    void theseLifetimesHoldInEveryInterleaving(String scenario) {
        Verdict verdict = Explorer.of(onVtd(scenario, Edits::none)).explore();

        assertThat(verdict).isInstanceOf(Verdict.Verified.class);
        assertThat(verdict.coverage().classes()).isGreaterThan(10);
    }

    @Test
    void aPageRequestWhileTheProcessGoesIsAnsweredInTheFirstThousandInterleavings() {
        Experiment experiment = TestKernel.onVtd(ScenarioReader.read("test.yaml", FAULT), Edits::none);
        Verdict verdict = Explorer.of(experiment).maxExecutions(1000).explore();

        assertThat(verdict).isNotInstanceOfAny(Verdict.Violated.class, Verdict.Error.class);
        assertThat(experiment.sourceKernel().orElseThrow().executed())
                .extracting(CFunction::name)
                .contains("prq_event_thread", "iommu_queue_iopf", "intel_svm_page_response", "intel_svm_drain_prq");
    }

    @Test
    void afterBindOnlyTheNotifierHoldsTheMm() {
        List<Reference> held = onVtd("bind", Edits::none).pins(Optional.of("open accel")).stream()
                .filter(reference -> reference.givenBack() == null)
                .toList();

        assertThat(held)
                .filteredOn(reference -> reference.count().equals("mm_count"))
                .extracting(reference -> holder(reference.taken()))
                .containsExactly("mm_init", "__mmu_notifier_register");
        assertThat(held)
                .filteredOn(reference -> reference.count().equals("PASID"))
                .extracting(Reference::value)
                .containsExactly(1L);
        assertThat(held).filteredOn(reference -> reference.count().equals("notifier users")).hasSize(1);
    }

    @Test
    void twoUnbindsOfOneMmThatDrainAtOnceBothFreeWhatTheyShare() {
        assertThat(violations(TWO_CLOSES, Edits::none)).anySatisfy(violation -> {
            assertThat(violation.check()).isEqualTo("use-after-free");
            assertThat(violation.message()).startsWith("intel_svm.devs");
            assertThat(functions(violation.ends().get(0))).startsWith("intel_svm_unbind_mm");
            assertThat(functions(violation.ends().get(1))).contains("intel_svm_unbind_mm", "intel_svm_unbind");
        });
    }

    @Test
    void aPasidWhoseEntryStaysInTheTableIsFoundWhenItBecomesFree() {
        assertThat(violations("exit-before-close", Edits::pasidEntryStays)).anySatisfy(violation -> {
            assertThat(violation.check()).isEqualTo("pasid-reuse");
            assertThat(violation.message()).contains("PASID-table entry of device 0");
        });
    }

    @Test
    void aPageRequestThatIsNeverAnsweredIsFound() {
        List<Violation> violations = violations(FAULT, Edits::withoutPageResponse);

        assertThat(violations).extracting(Violation::check).containsAnyOf("lost-response", "deadlock");
    }

    private static Experiment onVtd(String scenario, Function<SourceTree, String> edit) {
        return TestKernel.onVtd(Catalogue.find(scenario).orElseThrow(), edit);
    }

    private static List<Violation> violations(String scenario, Function<SourceTree, String> edit) {
        Scenario read = scenario.contains("\n")
                ? ScenarioReader.read("test.yaml", scenario)
                : Catalogue.find(scenario).orElseThrow();
        Verdict verdict = Explorer.of(TestKernel.onVtd(read, edit)).stopAtFirst(true).explore();
        assertThat(verdict).as("the verdict").isInstanceOf(Verdict.Violated.class);
        return ((Verdict.Violated) verdict).counterexamples().stream().map(Verdict.Counterexample::violation).toList();
    }

    private static String holder(Violation.@Nullable End end) {
        return end == null
                ? "nobody"
                : end.path().stream()
                        .filter(site -> !site.file().endsWith(".h"))
                        .map(Site::function)
                        .findFirst()
                        .orElseThrow();
    }

    private static List<String> functions(Violation.End end) {
        return end.path().stream().map(Site::function).toList();
    }
}
