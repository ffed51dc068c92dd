package org.svalinn.source.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.svalinn.source.tree.BadInput;
import org.svalinn.source.tree.TextTree;

class PreprocessorTest {
    private final TextTree tree = new TextTree();
    private final List<String> sites = new ArrayList<>();

    private String preprocess(String text) {
        StringBuilder result = new StringBuilder();
        new Preprocessor(new Headers(tree, List.of("arch", "include")))
                .text("mm/a.c", text, (token, path, line) -> {
                    result.append(result.isEmpty() ? "" : " ").append(token.text());
                    sites.add(token.text() + "@" + path + ":" + line);
                });
        return result.toString();
    }

    private void assertRefused(String text, String message) {
        assertThatThrownBy(() -> preprocess(text)).isInstanceOf(BadInput.class).hasMessage(message);
    }

    @Test
    void commentsSplicesAndLiteralsAreCut() {
        assertThat(preprocess("a /* x\n */ b // y\nc \\\nd \"/* no */\" '\\'' \"\\\"\" 0x1.8p+3 1e-5 ...->x"))
                .isEqualTo("a b c d \"/* no */\" '\\'' \"\\\"\" 0x1.8p+3 1e-5 ... -> x");
        assertThat(preprocess("long\\\nword 0xe+1 L\"w\" it's")).isEqualTo("longword 0xe + 1 L\"w\" it 's");
    }

    @Test
    void macrosAreReplacedAsTheStandardsExampleSays() {
        // C11 6.10.3.5, example 3
        assertThat(preprocess("""
                #define x 3
                #define f(a) f(x * (a))
                #undef x
                #define x 2
                #define g f
                #define z z[0]
                #define h g(~
                #define m(a) a(w)
                #define w 0,1
                #define t(a) a
                #define p() int
                #define q(x) x
                #define r(x,y) x ## y
                #define str(x) # x
                f(y+1) + f(f(z)) % t(t(g)(0) + t)(1);
                g(x+(3,4)-w) | h 5) & m
                (f)^m(m);
                p() i[q()] = { q(1), r(2,3), r(4,), r(,5), r(,) };
                char c[2][6] = { str(hello), str() };
                """))
                .isEqualTo("f ( 2 * ( y + 1 ) ) + f ( 2 * ( f ( 2 * ( z [ 0 ] ) ) ) ) % f ( 2 * ( 0 ) ) + t ( 1 ) ; "
                        + "f ( 2 * ( 2 + ( 3 , 4 ) - 0 , 1 ) ) | f ( 2 * ( ~ 5 ) ) & f ( 2 * ( 0 , 1 ) ) "
                        + "^ m ( 0 , 1 ) ; "
                        + "int i [ ] = { 1 , 23 , 4 , 5 , } ; char c [ 2 ] [ 6 ] = { \"hello\" , \"\" } ;");
    }

    @Test
    void pastingAndStringizingFollowTheStandardsExample() {
        // C11 6.10.3.5, example 4
        assertThat(preprocess("""
                #define str(s) # s
                #define xstr(s) str(s)
                #define debug(s, t) printf("x" # s "= %d, x" # t "= %s", x ## s, x ## t)
                #define INCFILE(n) vers ## n
                #define glue(a, b) a ## b
                #define xglue(a, b) glue(a, b)
                #define HIGHLOW "hello"
                #define LOW LOW ", world"
                debug(1, 2);
                fputs(str(strncmp("abc\\0d", "abc", '\\4') == 0) str(: @\\n), s);
                xstr(INCFILE(2).h)
                glue(HIGH, LOW);
                xglue(HIGH, LOW)
                """))
                .isEqualTo("printf ( \"x\" \"1\" \"= %d, x\" \"2\" \"= %s\" , x1 , x2 ) ; "
                        + "fputs ( \"strncmp(\\\"abc\\\\0d\\\", \\\"abc\\\", '\\\\4') == 0\" \": @\\n\" , s ) ; "
                        + "\"vers2.h\" \"hello\" ; \"hello\" \", world\"");
    }

    @Test
    void gnuVariadicMacrosSwallowTheComma() {
        assertThat(preprocess("""
                #define a(f, ...) p(f, ##__VA_ARGS__)
                #define b(f, args...) p(f, ##args)
                #define c(...) p(__VA_ARGS__)
                #define two 1, 2
                a(x) a(x, y, z) b(x) b(x, two) c() c(1, 2)
                """))
                .isEqualTo("p ( x ) p ( x , y , z ) p ( x ) p ( x , 1 , 2 ) p ( ) p ( 1 , 2 )");
    }

    @Test
    void conditionsAreEvaluatedAndNest() {
        assertThat(preprocess("""
                #define CONFIG_X 1
                #define VERSION(a, b) ((a) * 256 + (b))
                #if defined(CONFIG_X) && !defined CONFIG_Y && VERSION(6, 1) >= 0x601
                yes
                # ifdef NONE
                no
                # elif 0 || (1 ? 2 : 0) == 2
                elif
                # elif 1
                no
                # else
                no it's not even C @
                # endif
                #else
                no
                #endif
                #if -1 > 0u
                unsigned
                #endif
                #if 18446744073709551615 == -1 && 1 << 3 == 8 && -7 / 2 == -3 && 'a' == 97 && ~0 == -1 && UNKNOWN == 0
                values
                #endif
                """))
                .isEqualTo("yes elif unsigned values");
    }

    @Test
    void directivesInsideAMacrosArgumentsAreObeyed() {
        assertThat(preprocess("#define f(a, b) a + b\nf(1,\n#ifdef NONE\n2\n#else\n3\n#endif\n)")).isEqualTo("1 + 3");
    }

    @Test
    void headersAreFoundBesideTheirIncluderThenAlongThePath() {
        tree.with("mm/own.h", "own").with("include/own.h", "no").with("include/linux/a.h", "#include \"b.h\"\na")
                .with("include/linux/b.h", "b").with("arch/asm/c.h", "#include_next <asm/c.h>\nfirst")
                .with("include/asm/c.h", "next");

        assertThat(preprocess("""
                #define HEADER <linux/a.h>
                #include "own.h"
                #include HEADER
                #include <asm/c.h>
                #include "../mm/own.h"
                """))
                .isEqualTo("own b a next first own");
    }

    @Test
    void aGuardedHeaderIsReadOnce() {
        tree.with("include/g.h", "/* licence */\n#ifndef G\n#define G\nonce\n#endif /* G */\n");

        assertThat(preprocess("#include <g.h>\n#include <g.h>\n#undef G\n#include <g.h>")).isEqualTo("once once");
    }

    @Test
    void aTokenHasTheLineOfTheOutermostMacrosUse() {
        tree.with("include/m.h", "#define IN(x) deep x\n#define OUT(x) IN(x) \\\n  more\nheader");

        preprocess("#include <m.h>\nfirst\n\nOUT(\n  argument)\nlast __LINE__ __FILE__");

        assertThat(sites)
                .containsExactly(
                        "header@include/m.h:4",
                        "first@mm/a.c:2",
                        "deep@mm/a.c:4",
                        "argument@mm/a.c:4",
                        "more@mm/a.c:4",
                        "last@mm/a.c:6",
                        "6@mm/a.c:6",
                        "\"mm/a.c\"@mm/a.c:6");
    }

    @Test
    void fixedMacrosStayAsTheyAre() {
        List<String> tokens = new ArrayList<>();
        Preprocessor preprocessor = new Preprocessor(new Headers(tree, List.of()));
        preprocessor.fix("fixed.h", "#define mb() none\n", (token, path, line) -> tokens.add(token.text()));
        preprocessor.text(
                "a.c",
                "#define mb() asm\nmb()\n#undef mb\nmb()\n#ifdef mb\ndefined\n#endif",
                (token, path, line) -> tokens.add(token.text()));

        assertThat(tokens).containsExactly("none", "none", "defined");
    }

    @Test
    void structuresUnderPackOneBecomePackedAndOtherPackingsStop() {
        String packed = "struct __attribute__ ( ( __packed__ ) ) s { } ;";

        assertThat(preprocess("#pragma pack(push, 1)\nstruct s {};\n#pragma pack(pop)\nstruct s {};"))
                .isEqualTo(packed + " struct s { } ;");
        assertThat(preprocess("#pragma pack(1)\nstruct s {};\n#pragma pack()\nunion u {};"))
                .isEqualTo(packed + " union u { } ;");
        assertRefused("\n#pragma pack(4)\n", "mm/a.c:2: #pragma pack(4) is not supported: only pack(1) is");
        assertThat(preprocess("#pragma GCC diagnostic push\n_Pragma(\"GCC poison\") a")).isEqualTo("a");
    }

    @Test
    void whatCannotBePreprocessedIsRefusedWithItsPlace() {
        assertRefused("x\n#error \"no such thing\"\n", "mm/a.c:2: #error \"no such thing\"");
        assertRefused("#include <none.h>", "mm/a.c:1: the tree has no file none.h to include");
        assertRefused("#include \"/etc/passwd\"", "mm/a.c:1: the tree has no file /etc/passwd to include");
        assertRefused("#include \"../../x.h\"", "mm/a.c:1: the tree has no file ../../x.h to include");
        assertRefused("#if 1 +\n#endif", "mm/a.c:1: #if ends too early");
        assertRefused("#ifdef A", "mm/a.c:1: a conditional has no #endif");
        assertRefused("#define f(a) a\nf(1", "the arguments of macro f have no end");
        assertRefused("#define f(a) a\nf(1, 2)", "mm/a.c:2: macro f takes 1 arguments, here are 2");
        tree.with("include/self.h", "#include <self.h>");
        assertRefused("#include <self.h>", "include/self.h:1: #include nested deeper than 200");
    }

    @Test
    void whatWasReadAndWhatWasLookedForInVainIsKnown() {
        tree.with("include/a.h", "a");
        Preprocessor preprocessor = new Preprocessor(new Headers(tree, List.of("arch", "include")));
        preprocessor.text("mm/a.c", "#include \"a.h\"", (token, path, line) -> {});

        assertThat(preprocessor.read()).containsExactly("include/a.h");
        assertThat(preprocessor.absent()).containsExactlyInAnyOrder("arch/a.h", "mm/a.h");
    }
}
