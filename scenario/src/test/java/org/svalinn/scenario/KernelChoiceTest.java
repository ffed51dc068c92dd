package org.svalinn.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.svalinn.source.tree.BadInput;

class KernelChoiceTest {
    @TempDir
    private Path packages;

    @Test
    void aNamedKernelIsTakenWhateverItIs() {
        assertThat(KernelChoice.of(Optional.of(Path.of("mine")), packages).path()).isEqualTo(Path.of("mine"));
    }

    @Test
    void theNewestOfAKnownVersionIsPreferredToANewerOne() throws IOException {
        for (String name : new String[] {"linux-source-6.1.9.tar.xz", "linux-source-6.1.10.tar.xz", "linux-source-6.12.tar.xz"}) {
            Files.createFile(packages.resolve(name));
        }

        assertThat(KernelChoice.of(Optional.empty(), packages).path()).hasFileName("linux-source-6.1.10.tar.xz");
    }

    @Test
    void withoutAKnownOneTheNewestIsTaken() throws IOException {
        Files.createFile(packages.resolve("linux-source-5.10.tar.xz"));
        Files.createFile(packages.resolve("linux-source-6.12.tar.xz"));

        assertThat(KernelChoice.of(Optional.empty(), packages).path()).hasFileName("linux-source-6.12.tar.xz");
    }

    @Test
    void whereThereIsNoneTheMessageSaysHowToGetOne() {
        assertThatThrownBy(() -> KernelChoice.of(Optional.empty(), packages))
                .isInstanceOf(BadInput.class).hasMessageContaining("apt install linux-source-6.1");
    }
}
