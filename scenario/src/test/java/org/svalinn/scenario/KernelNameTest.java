package org.svalinn.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;
import org.svalinn.source.tree.BadInput;

class KernelNameTest {
    private static KernelName of(String text, String... without) {
        return KernelName.of(text, List.of(), List.of(without));
    }

    @Test
    void aDesignAndWhatItLeavesOut() {
        KernelName name = of("reference:v5.17", "drain", "stop");
        assertThat(name).isEqualTo(new KernelName.Reference(
                Variant.of(Design.V5_17).without(Omission.DRAIN).without(Omission.STOP)));
        assertThat(name.text()).isEqualTo("reference:v5.17");
    }

    @Test
    void thePackageOfTheDistributionAndAPath() {
        assertThat(of("source")).isEqualTo(new KernelName.Source(Optional.empty(), List.of()));
        assertThat(of("./source")).isEqualTo(new KernelName.Source(Optional.of(Path.of("./source")), List.of()));
    }

    @Test
    void everyDesignHasAName() {
        assertThat(KernelName.all()).contains("source", "reference:v5.18-rc1").hasSize(Design.ALL.size() + 1)
                .contains(KernelName.USUAL);
    }

    @Test
    void whatThereIsNotIsRefusedWithWhatThereIs() {
        assertThatThrownBy(() -> of("reference:v5.19")).isInstanceOf(BadInput.class)
                .hasMessage("unknown design 'v5.19'; known: v5.17, v5.18-rc1, v5.18, v6.12, release-teardown, pin-users");
        assertThatThrownBy(() -> of("reference:v5.18", "drian")).isInstanceOf(BadInput.class)
                .hasMessageStartingWith("unknown omission 'drian'; known: mmgrab, notifier-mmgrab, ");
        for (String near : List.of("v5.18", "reference", "Reference:v5.18")) {
            assertThatThrownBy(() -> of(near)).isInstanceOf(BadInput.class)
                    .hasMessageStartingWith("there is no '" + near + "'; reference kernels are named reference:v5.17, ");
        }
    }

    @Test
    void patchesAreForTheSourceAndOmissionsForTheReference() {
        assertThatThrownBy(() -> KernelName.of("reference:v5.18", List.of(Path.of("a.patch")), List.of()))
                .isInstanceOf(BadInput.class).hasMessageContaining("needs a source kernel");
        assertThatThrownBy(() -> of("/usr/src/linux", "drain"))
                .isInstanceOf(BadInput.class).hasMessageContaining("only a reference kernel can do without 'drain'");
    }
}
