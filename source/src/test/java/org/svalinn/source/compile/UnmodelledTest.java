package org.svalinn.source.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.svalinn.source.runtime.StepLimit;
import org.svalinn.source.runtime.Unmodelled;

/** What is not modelled stops by name when it is reached, and not before. */
class UnmodelledTest {
    @Test
    void aCallOfAFunctionThatIsNowhereTellsWhoCalledIt() {
        Snippet snippet = Snippet.of(
                """
                void absent(int);
                static void inner(int n) {
                    if (n)
                        absent(n);
                }
                int outer(int n) {
                    inner(n);
                    return 1;
                }
                """);

        assertThat(snippet.call("outer", 0)).isEqualTo(1);
        assertThatThrownBy(() -> snippet.call("outer", 1))
                .isInstanceOf(Unmodelled.class)
                .hasMessage(
                        """
                        call of absent, which is neither loaded nor on the floor, at inner snippet.c:4
                          called from outer snippet.c:7""");
    }

    @Test
    void theAddressOfAFunctionThatIsNowhereCanBeTaken() {
        assertThat(Snippet.of("void absent(void); void *p = absent; int f(void) { return p == absent; }")
                        .call("f"))
                .isOne();
    }

    @Test
    void aGlobalThatIsNowhereHasAnAddressAndNoValue() {
        Snippet snippet = Snippet.of(
                "extern int absent; int *p = &absent; int at(void) { return p == &absent; } int f(void) { return absent; }");

        assertThat(snippet.call("at")).isOne();
        assertThatThrownBy(() -> snippet.call("f"))
                .isInstanceOf(Unmodelled.class)
                .hasMessage("global absent, which no loaded file defines, at f snippet.c:1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "asm volatile(\"msr daifset, #2\"); | inline assembly \"msr daifset, #2\"",
        "double d = 1.5; return d > 1; | literal 1.5",
        "__int128 w = n; return w > 1; | computing with __int128",
        "return unknown + 1; | undeclared unknown",
        "void *p = &&here; here: goto *p; | statement",
        "return n / (n - n); | division by zero",
        "__builtin_unreachable(); | __builtin_unreachable",
        "struct incomplete *p = 0; return p->x; | no member x in struct incomplete",
        "return (1 ? unknown : 0); | undeclared unknown",
        "return n && unknown; | undeclared unknown",
    })
    void whatCannotBeTranslatedFailsOnlyWhenItIsReached(String body, String message) {
        Snippet snippet = Snippet.of("long f(int n) { if (n) { " + body + " } return 7; }");

        assertThat(snippet.call("f", 0)).isEqualTo(7);
        assertThatThrownBy(() -> snippet.call("f", 1))
                .isInstanceOf(Unmodelled.class)
                .hasMessageContaining(message)
                .hasMessageContaining("f snippet.c:1");
    }

    @Test
    void theOtherSideOfWhatCannotBeTranslatedWorks() {
        assertThat(Snippet.run("int n = 0; return (n && unknown) + (n ? unknown : 5) + (!n || unknown);"))
                .isEqualTo(6);
    }

    @Test
    void aLoopThatDoesNotEndIsStopped() {
        assertThatThrownBy(() -> Snippet.run("for (;;) ;"))
                .isInstanceOf(StepLimit.class)
                .hasMessageContaining("run snippet.c:1");
        assertThatThrownBy(() -> Snippet.run("again: goto again;")).isInstanceOf(StepLimit.class);
    }

    @Test
    void aRecursionThatDoesNotEndIsStopped() {
        assertThatThrownBy(() -> Snippet.of("int f(int n) { int a[100]; a[0] = n; return f(a[0] + 1); }")
                        .call("f", 0))
                .isInstanceOf(Unmodelled.class)
                .hasMessageContaining("stack overflow in f");
    }

    @Test
    void aCallThroughAPointerToNoFunctionIsStopped() {
        assertThatThrownBy(() -> Snippet.run("void (*f)(void) = (void *)0x1234; f(); return 0;"))
                .isInstanceOf(Unmodelled.class)
                .hasMessageContaining("call of 0x1234, which is no function");
    }

    @Test
    void aLargeStructFromTheFloorIsUnmodelled() {
        Snippet snippet = Snippet.of(
                "struct s { long a, b; }; struct s get(void); long f(void) { return get().b; }",
                Map.of("get", (cpu, args, site) -> 0));

        assertThatThrownBy(() -> snippet.call("f")).hasMessageContaining("get returns a struct of over 8 bytes");
    }
}
