package org.svalinn.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;
import org.svalinn.source.floor.Granularity;
import org.svalinn.source.tree.SourceTree;

/** arm-smmu-v3.c as it is written, against the SMMUv3 of the machine; and with one of its duties left out. */
class SmmuDriverTest {
    private static final String[] OF_WHAT_WAS_FREED = {"dma-after-free", "walk-after-free"};

    @ParameterizedTest
    @ValueSource(strings = {"dma-while-exit", "munmap-while-dma", "fault-while-unbind", "cmdq-race"})
    void theDriverKeepsDevicesFromWhatIsFreed(String scenario) {
        assertThat(Explorer.of(TestKernel.unmodified(scenario)).explore()).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    void withoutTlbInvalidationADeviceReachesWhatMunmapFreed() {
        assertThat(first("munmap-while-dma", Edits::withoutTlbInvalidation).check()).isIn((Object[]) OF_WHAT_WAS_FREED);
    }

    @Test
    void withoutWaitingForTheSyncSomethingIsRememberedForTooLong() {
        assertThat(first("munmap-while-dma", Edits::withoutSync).check())
                .isIn("dma-after-free", "walk-after-free", "pasid-reuse");
    }

    @Test
    void withoutConfigurationInvalidationTheSmmuRemembersTheContextDescriptor() {
        Violation violation = first("dma-while-exit", Edits::withoutConfigurationInvalidation);

        assertThat(violation.check()).isEqualTo("pasid-reuse");
        assertThat(violation.message()).contains("the cached CD of PASID 1");
    }

    @Test
    void withoutAResumeTheDeviceStallsForEver() {
        Violation violation = first("fault-while-unbind", Edits::withoutResume);

        assertThat(violation.check()).isEqualTo("deadlock");
        assertThat(violation.message()).contains("stalled transactions of smmu");
    }

    // The lock-free insertion of commands

    @Test
    void anOwnerThatPublishesWhatOthersHaveNotWrittenYetLosesACommand() {
        Violation violation = first("cmdq-race", Edits::withoutValidMapPoll);

        assertThat(violation.check()).isEqualTo("deadlock");
        assertThat(functions(violation.ends().getFirst())).contains("arm_smmu_cmdq_poll_until_sync");
    }

    @Test
    void anInsertionInOneStepComesToTheSameVerdictAsAccessByAccess() {
        Scenario bind = Catalogue.find("bind").orElseThrow();

        Verdict coarse = Explorer.of(TestKernel.unmodified(bind)).explore();
        Verdict fine = Explorer.of(TestKernel.unmodified(bind.with(Granularity.FINE))).explore();

        assertThat(coarse).isInstanceOf(Verdict.Verified.class);
        assertThat(fine).isInstanceOf(Verdict.Verified.class);
        assertThat(coarse.coverage().classes()).isLessThan(fine.coverage().classes());
    }

    private static Violation first(String scenario, Function<SourceTree, String> edit) {
        Verdict verdict = Explorer.of(TestKernel.patched(edit, scenario)).stopAtFirst(true).explore();
        assertThat(verdict).as("the verdict").isInstanceOf(Verdict.Violated.class);
        return ((Verdict.Violated) verdict).counterexamples().getFirst().violation();
    }

    private static List<String> functions(Violation.End end) {
        return end.path().stream().map(Site::function).toList();
    }
}
