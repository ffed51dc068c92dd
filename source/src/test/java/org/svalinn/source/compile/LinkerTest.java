package org.svalinn.source.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Bus;
import org.svalinn.source.runtime.CFunction;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.Image;
import org.svalinn.source.runtime.Memory;

class LinkerTest {
    private static Snippet link(String... files) {
        var named = new java.util.TreeMap<String, String>();
        for (int i = 0; i < files.length; i++) {
            named.put((char) ('a' + i) + ".c", files[i]);
        }
        return Snippet.of(named, Map.of());
    }

    @Test
    void aCallReachesTheDefinitionInAnotherFile() {
        assertThat(link("int g(int); int f(void) { return g(4); }", "int g(int n) { return n + 1; }")
                        .call("f"))
                .isEqualTo(5);
    }

    @Test
    void eachFileHasItsOwnStaticFunctionsAndVariables() {
        Snippet snippet = link(
                "static int n = 1; static int g(void) { return n++; } int fa(void) { return g(); }",
                "static int n = 10; static int g(void) { return n++; } int fb(void) { return g(); }");

        assertThat(snippet.call("fa") + snippet.call("fb") + snippet.call("fa")).isEqualTo(1 + 10 + 2);
        assertThat(snippet.image().address("a.c", "n")).isNotEqualTo(snippet.image().address("b.c", "n"));
        assertThat(snippet.image().function("b.c", "g").file()).isEqualTo("b.c");
    }

    @Test
    void aGlobalIsOneInAllFiles() {
        Snippet snippet = link("extern int shared; int f(void) { return ++shared; }", "int shared = 41;");

        assertThat(snippet.call("f")).isEqualTo(42);
        assertThat(snippet.image().memory().load(snippet.image().address("shared"), 4)).isEqualTo(42);
    }

    @Test
    void aWeakDefinitionYields() {
        assertThat(link(
                                "int g(void) __attribute__((weak)); int __attribute__((weak)) g(void) { return 1; } int f(void) { return g(); }",
                                "int g(void) { return 2; }")
                        .call("f"))
                .isEqualTo(2);
    }

    @Test
    void theFloorWinsOverADefinitionInC() {
        Snippet snippet = Snippet.of(
                "static int g(int n) { return n; } int f(int n) { return g(n); }",
                Map.of("g", (cpu, args, site) -> args[0] * 10));

        assertThat(snippet.call("f", 4)).isEqualTo(40);
    }

    @Test
    void theFloorGetsArgumentsAsTheirTypesHaveThemAndThoseBeyondThePrototype() {
        List<Long> heard = new ArrayList<>();
        Snippet snippet = Snippet.of(
                """
                struct small { unsigned short a, b; };
                int floor(signed char c, unsigned u, struct small s, ...);
                int f(void) { return floor(200, -1, (struct small){ 1, 2 }, -3, 4UL, (short)-5, "x"[0]); }
                """,
                Map.of("floor", (cpu, args, site) -> {
                    Arrays.stream(args).forEach(heard::add);
                    return 0x1_ffff_ffffL;
                }));

        assertThat(snippet.call("f")).isEqualTo(-1);
        assertThat(heard).containsExactly(-56L, 0xffffffffL, 0x20001L, -3L, 4L, -5L, (long) 'x');
    }

    @Test
    void aSmallStructFromTheFloorIsItsBytes() {
        Snippet snippet = Snippet.of(
                "struct s { short a, b; }; struct s get(void); int f(void) { return get().b; }",
                Map.of("get", (cpu, args, site) -> 0x70005L));

        assertThat(snippet.call("f")).isEqualTo(7);
    }

    @Test
    void cCallsJavaThroughAPointerAndJavaCallsC() {
        Snippet snippet = Snippet.of(
                """
                struct ops { int (*call)(int); };
                int twice(int n) { return n * 2; }
                int f(struct ops *ops) { return ops->call(5) + 1; }
                """);
        Image image = snippet.image();
        CFunction plus = image.define(
                "plus", (cpu, args, site) -> cpu.call(site, image.function("twice"), args[0] + 1));
        long ops = image.memory().heap(0);
        image.memory().markLive(ops, 8);
        image.memory().store(ops, 8, plus.address());

        assertThat(snippet.call("f", ops)).isEqualTo(13);
        assertThat(image.functionAt(plus.address())).isSameAs(plus);
        assertThat(image.functionAt(plus.address() + 4)).isNull();
    }

    @Test
    void theCallPathNamesEachCallInnermostFirst() {
        List<Site> path = new ArrayList<>();
        Snippet snippet = Snippet.of(
                "void probe(void);\nstatic void g(void) {\n\tprobe();\n}\nvoid f(void) {\n\tg();\n}\n",
                Map.of("probe", (cpu, args, site) -> {
                    path.add(site);
                    path.addAll(cpu.callPath());
                    return 0;
                }));
        snippet.call("f");

        assertThat(path).containsExactly(new Site("snippet.c", 3, "g"), new Site("snippet.c", 6, "f"));
    }

    @Test
    void countsWhatRanInOrderOfTheFirstCall() {
        Snippet snippet = Snippet.of(
                "void probe(void); static void g(void) { probe(); } void f(void) { g(); g(); } void unused(void) {}",
                Map.of("probe", (cpu, args, site) -> 0));
        snippet.call("f");

        assertThat(snippet.image().executed()).map(f -> f + " " + f.calls() + " " + f.isFloor())
                .containsExactly("f 1 false", "g 2 false", "probe 2 true");
    }

    @Test
    void layoutsAndConstantsAreFoundByName() {
        Image image = Snippet.of(
                        "enum e { A, B = 7 }; struct s { int a; struct { union { char x; long id; }; } context; }; typedef struct { short v; } t;")
                .image();

        assertThat(image.layout("struct s").offset("context.id")).isEqualTo(8);
        assertThat(image.layout("t").size()).isEqualTo(2);
        assertThat(image.enumerator("B")).isEqualTo(7);
        assertThatThrownBy(() -> image.layout("struct none")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> image.layout("struct s").offset("context.none"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("context.none");
    }

    @Test
    void aGlobalFirstTouchedAfterTheSnapshotHasItsContentInEveryExecution() {
        Snippet snippet = Snippet.of("static int n = 5; int f(void) { return n++; }");
        Memory memory = snippet.image().memory();
        memory.snapshot();

        assertThat(snippet.call("f")).isEqualTo(5);
        memory.restore();
        assertThat(snippet.call("f")).isEqualTo(5);
        assertThat(snippet.call("f")).isEqualTo(6);
    }

    @Test
    void aContextBeginsAnewWhateverBecameOfItsLastCall() {
        Snippet snippet = Snippet.of("int stop(void); int f(int n) { int a[10] = { n }; if (n) stop(); return a[0]; }",
                Map.of("stop", (cpu, args, site) -> {
                    throw new IllegalStateException("stopped");
                }));
        assertThatThrownBy(() -> snippet.call("f", 1)).hasMessage("stopped");

        Cpu cpu = snippet.cpu().begin(Bus.SILENT, 100);
        assertThat(cpu.callPath()).isEmpty();
        assertThat(cpu.call(snippet.image().function("f"), 0)).isZero();
    }
}
