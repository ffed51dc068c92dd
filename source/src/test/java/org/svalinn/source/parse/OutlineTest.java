package org.svalinn.source.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.svalinn.source.parse.Outline.Name;
import org.svalinn.source.preprocess.Lexer;

class OutlineTest {
    private static Outline of(String declaration) {
        return Outline.of(Lexer.tokens(declaration), Set.of("u32", "fn_t")::contains);
    }

    private static List<String> names(String declaration) {
        return of(declaration).names().stream().map(Name::text).toList();
    }

    @Test
    void declaratorsOfAllShapesAreNamed() {
        assertThat(names("int a, *b, c[3], (*d)(int x), (*e[2])(void), f(int y), *(*g(int z))(int), (h)(void);"))
                .containsExactly("a", "b", "c", "d", "e", "f", "g", "h");
        assertThat(names("u32 u32_of(u32 x);")).containsExactly("u32_of");
        assertThat(names("u32 (*handler)(u32);")).containsExactly("handler");
        assertThat(names("static inline __attribute__((x(1, y))) u32 *const __attribute__((z)) k = &m, n = f(1, 2);"))
                .containsExactly("k", "n");
        assertThat(names("extern __typeof__(other) alias __attribute__((alias(\"q\")));")).containsExactly("alias");
        assertThat(names("unsigned long long int typeless;")).containsExactly("typeless");
        assertThat(names("int renamed(void) asm(\"real\");")).containsExactly("renamed");
    }

    @Test
    void typedefsAreTypesAndBodiesAndVariablesAreDefinitions() {
        assertThat(of("typedef struct s { int a; } s_t, *s_p;").names())
                .containsExactly(new Name("s_t", true, false), new Name("s_p", true, false));
        assertThat(of("typedef int (*compare_t)(u32, fn_t);").names())
                .containsExactly(new Name("compare_t", true, false));
        assertThat(of("int f(void) { int local; return 0; }").names()).containsExactly(new Name("f", false, true));
        assertThat(of("int f(void);").names()).containsExactly(new Name("f", false, false));
        assertThat(of("extern int v;").names()).containsExactly(new Name("v", false, false));
        assertThat(of("static int v;").names()).containsExactly(new Name("v", false, true));
        assertThat(of("extern int v = 1;").names()).containsExactly(new Name("v", false, true));
        assertThat(of("struct s v = { .a = { 1, 2 }, .f = g };").names()).containsExactly(new Name("v", false, true));
    }

    @Test
    void tagsAreThoseThatAreDefinedHoweverDeep() {
        Outline outline = of("""
                struct __attribute__((packed)) a { struct b { enum c { X, Y = 2 } e; } m; struct d *p; } v;
                """);

        assertThat(outline.tags()).containsExactly("a", "b", "c");
        assertThat(outline.names()).extracting(Name::text).containsExactly("X", "Y", "v");
        assertThat(of("struct a;").tags()).isEmpty();
        assertThat(of("struct a *f(struct b *x);").tags()).isEmpty();
        assertThat(names("enum { P, Q = (1 << P) | f(3, 4), R __attribute__((x)), };")).containsExactly("P", "Q", "R");
    }

    @Test
    void whatDeclaresNothingHasNoNames() {
        assertThat(names("_Static_assert(sizeof(u32) == 4, \"u32\");")).isEmpty();
        assertThat(names("asm(\".section x\\n.previous\");")).isEmpty();
    }
}
