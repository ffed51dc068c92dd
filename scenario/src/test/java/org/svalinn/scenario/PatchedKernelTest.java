package org.svalinn.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;
import org.svalinn.source.tree.SourceTree;

/** Real edits of the real source: each breaks a lifetime, and the message must name the two ends of it. */
class PatchedKernelTest {
    @Test
    void withoutMmgrabTheArmDriverUsesTheMmAfterItWasFreed() {
        assertThat(violations("exit-before-close", Edits::withoutMmgrab))
                .anySatisfy(violation -> {
                    assertThat(violation.check()).isEqualTo("use-after-free");
                    assertThat(functions(end(violation, "freed by"))).contains("__mmdrop", "mmu_notifier_free_rcu");
                    assertThat(functions(end(violation, "used by"))).contains("arm64_mm_context_put", "arm_smmu_free_shared_cd");
                });
    }

    @Test
    void aPasidDroppedWithTheAddressSpaceIsReusedWhileTheTableBearsIt() {
        assertThat(violations("exit-before-close", Edits::pasidDroppedInMmput))
                .anySatisfy(violation -> {
                    assertThat(violation.check()).isEqualTo("pasid-reuse");
                    assertThat(functions(violation.ends().getFirst())).contains("__mmput");
                });
    }

    @Test
    void withoutTheNotifiersMmdropTheMmLeaks() {
        assertThat(violations("bind", Edits::withoutNotifierMmdrop))
                .anySatisfy(violation -> {
                    assertThat(violation.check()).isEqualTo("leak");
                    assertThat(violation.message())
                            .contains("mm_struct of process", "mm_count", "__mmu_notifier_register mm/mmu_notifier.c:");
                });
    }


    @Test
    void aBondThatPinsTheAddressSpaceKeepsItForEverOnceItsFileIsMapped() {
        assertThat(violations("exit-while-mapped", Edits::mmgetAroundBind))
                .anySatisfy(violation -> {
                    assertThat(violation.check()).isEqualTo("leak");
                    assertThat(violation.message())
                            .contains("mm_users of mm of process is held since __arm_smmu_sva_bind");
                });
    }

    @Test
    void aBondThatPinsTheAddressSpaceIsNoTroubleWhereTheFileIsClosed() {
        Experiment experiment = TestKernel.patched(Edits::mmgetAroundBind, "exit-before-close");

        assertThat(Explorer.of(experiment).explore()).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    void aDoubleFreeNamesBothFrees() {
        assertThat(violations("bind", Edits::bondFreedTwice)).anySatisfy(violation -> {
            assertThat(violation.check()).isEqualTo("double-free");
            assertThat(violation.message()).startsWith("arm_smmu_bond");
            assertThat(violation.ends()).extracting(Violation.End::role).startsWith("freed by", "freed again by");
        });
    }

    @Test
    void aMutexUnderRcuIsSleepingInAtomicContext() {
        assertThat(violations("bind", Edits::mutexUnderRcu)).anySatisfy(violation -> {
            assertThat(violation.check()).isEqualTo("sleeping-in-atomic");
            assertThat(functions(end(violation, "sleeps"))).contains("arm_smmu_sva_unbind");
            assertThat(functions(end(violation, "atomic since"))).contains("arm_smmu_sva_unbind");
        });
    }

    @Test
    void aLockThatIsNeverGivenBackIsADeadlock() {
        assertThat(violations("two-devices", Edits::withoutUnlock))
                .anySatisfy(violation -> assertThat(violation.check()).isEqualTo("deadlock"));
    }

    @Test
    void oneMmdropTooManyFreesTheMmUnderItsUsers() {
        assertThat(violations("bind", Edits::oneMmdropTooMany))
                .extracting(Violation::check)
                .contains("use-after-free");
    }

    @Test
    void aSecondPutOfANotifierIsAWarningOfTheKernelsOwn() {
        assertThat(violations("bind", Edits::notifierPutTwice)).anySatisfy(violation -> {
            assertThat(violation.check()).isEqualTo("warning");
            assertThat(functions(violation.ends().getFirst())).contains("mmu_notifier_put");
        });
    }

    @Test
    void aBugStopsItsActorAndIsReported() {
        assertThat(violations("bind", Edits::bug)).anySatisfy(violation -> {
            assertThat(violation.check()).isEqualTo("bug");
            assertThat(violation.message()).contains("arm-smmu-v3-sva.c");
        });
    }

    private static List<Violation> violations(String scenario, Function<SourceTree, String> edit) {
        Experiment experiment = TestKernel.patched(edit, scenario);
        Verdict verdict = Explorer.of(experiment).explore();
        assertThat(verdict).as("the verdict").isInstanceOf(Verdict.Violated.class);
        return ((Verdict.Violated) verdict).counterexamples().stream().map(Verdict.Counterexample::violation).toList();
    }

    private static Violation.End end(Violation violation, String role) {
        return violation.ends().stream()
                .filter(end -> end.role().equals(role))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no end '" + role + "' in " + violation));
    }

    private static List<String> functions(Violation.End end) {
        return end.path().stream().map(Site::function).toList();
    }
}
