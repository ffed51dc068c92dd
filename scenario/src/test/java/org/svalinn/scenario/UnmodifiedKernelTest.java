package org.svalinn.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;

/** What Linux 6.1 shows as the distribution ships it; docs/findings.md argues each violation from the source. */
class UnmodifiedKernelTest {
    @ParameterizedTest
    @ValueSource(strings = {"bind", "exit-before-close", "exit-while-mapped", "kill-while-bound", "two-devices", "fault-while-exiting",
            "dma-while-exit", "munmap-while-dma", "fault-while-unbind"})
    void theseLifetimesHoldInEveryInterleaving(String scenario) {
        Verdict verdict = Explorer.of(TestKernel.unmodified(scenario)).explore();

        assertThat(verdict).isInstanceOf(Verdict.Verified.class);
        assertThat(verdict.coverage().classes()).isGreaterThan(5);
    }

    @Test
    void releaseUsesTheSharedContextDescriptorThatTheLastUnbindFreed() {
        assertFreedAndUsed("close-while-exiting", "arm_smmu_free_shared_cd", "arm_smmu_mm_release");
    }

    @Test
    void munmapUsesTheSharedContextDescriptorThatTheLastUnbindFreed() {
        assertFreedAndUsed("unmap-while-closing", "arm_smmu_free_shared_cd", "arm_smmu_mm_invalidate_range");
    }

    @Test
    void theOomReaperUsesTheSharedContextDescriptorThatTheLastUnbindFreed() {
        assertFreedAndUsed("oom-while-bound", "arm_smmu_free_shared_cd", "arm_smmu_mm_invalidate_range");
    }

    private static void assertFreedAndUsed(String scenario, String freer, String user) {
        Verdict verdict = Explorer.of(TestKernel.unmodified(scenario)).stopAtFirst(true).explore();

        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        List<Violation> violations = ((Verdict.Violated) verdict)
                .counterexamples().stream().map(Verdict.Counterexample::violation).toList();
        assertThat(violations).singleElement().satisfies(violation -> {
            assertThat(violation.check()).isEqualTo("use-after-free");
            assertThat(violation.message()).startsWith("arm_smmu_ctx_desc.asid");
            assertThat(functions(violation.ends().get(0))).startsWith(freer);
            assertThat(functions(violation.ends().get(1))).startsWith(user);
        });
    }

    private static List<String> functions(Violation.End end) {
        return end.path().stream().map(Site::function).toList();
    }
}
