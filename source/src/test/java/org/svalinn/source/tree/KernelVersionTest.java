package org.svalinn.source.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KernelVersionTest {
    @Test
    void itIsTheMakefiles() {
        String makefile = "# SPDX\nVERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 192\nEXTRAVERSION =\n";

        assertThat(KernelVersion.of(new TextTree().with("Makefile", makefile)))
                .isEqualTo(new KernelVersion(6, 1, 192))
                .hasToString("6.1.192");
    }

    @Test
    void versionsAreInOrder() {
        KernelVersion version = new KernelVersion(6, 1, 0);

        assertThat(version.isAtLeast(5, 18)).isTrue();
        assertThat(version.isAtLeast(6, 1)).isTrue();
        assertThat(version.isAtLeast(6, 2)).isFalse();
        assertThat(version.isAtLeast(7, 0)).isFalse();
    }

    @Test
    void aTreeThatStatesNoneIsNoKernel() {
        assertThatThrownBy(() -> KernelVersion.of(new TextTree()))
                .isInstanceOf(BadInput.class)
                .hasMessage("the tree is not a kernel tree: it has no Makefile at its root");
        assertThatThrownBy(() -> KernelVersion.of(new TextTree().with("Makefile", "all:\n\tcc x.c\n")))
                .isInstanceOf(BadInput.class)
                .hasMessage("the tree is not a kernel tree: its Makefile sets no VERSION");
    }
}
