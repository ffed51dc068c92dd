package org.svalinn.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;

/** The last question of the thread, answered from the source of Linux 6.1 itself: who holds the mm from bind on? */
class PinsTest {
    private final Experiment bind = TestKernel.unmodified("bind");

    @Test
    void afterBindTheNotifierAndTheArmDriverHoldTheMm() {
        List<Reference> held = bind.pins(Optional.of("open accel")).stream()
                .filter(reference -> reference.givenBack() == null)
                .toList();

        assertThat(held)
                .filteredOn(reference -> reference.count().equals("mm_count"))
                .extracting(reference -> holder(reference.taken()))
                .containsExactly("mm_init", "arm_smmu_alloc_shared_cd", "__mmu_notifier_register");
        assertThat(held)
                .filteredOn(reference -> reference.count().equals("PASID"))
                .extracting(Reference::value)
                .containsExactly(1L);
        assertThat(held)
                .filteredOn(reference -> reference.count().equals("notifier users"))
                .hasSize(1);
    }

    @Test
    void atTheEndEachReferenceWasGivenBackByTheCounterpartOfItsTaker() {
        List<Reference> all = bind.pins(Optional.empty());

        assertThat(all).isNotEmpty().allSatisfy(reference -> assertThat(reference.givenBack()).isNotNull());
        assertThat(givenBack(all, "arm_smmu_alloc_shared_cd")).isEqualTo("arm_smmu_free_shared_cd");
        assertThat(givenBack(all, "__mmu_notifier_register")).isEqualTo("mmu_notifier_free_rcu");
    }

    @Test
    void anUnknownActionIsRefusedWithThoseThatThereAre() {
        assertThatThrownBy(() -> bind.pins(Optional.of("close left")))
                .isInstanceOf(BadScenario.class)
                .hasMessageContaining("it has: open accel, process: open accel, close accel");
    }

    private static String givenBack(List<Reference> references, String taker) {
        return references.stream()
                .filter(reference -> reference.count().equals("mm_count") && holder(reference.taken()).equals(taker))
                .map(reference -> holder(reference.givenBack()))
                .findFirst()
                .orElseThrow();
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
}
