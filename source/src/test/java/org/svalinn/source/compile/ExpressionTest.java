package org.svalinn.source.compile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExpressionTest {
    @Test
    void addsConstants() {
        assertThat(Snippet.run("return 1 + 2;")).isEqualTo(3);
    }
}
