package org.svalinn.source.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Bus;
import org.svalinn.source.runtime.Cpu;

/** Small static functions are inlined, and nobody can tell. */
class InliningTest {
    private static final String LAYERS =
            """
            void probe(void);
            static int get(int *p) { return *p; }
            static int once(int *p)
            {
                probe();
                return get(p);
            }
            static int twice(int *p)
            {
                return once(p) +
                        get(p);
            }
            int outer(int *p)
            {
                return twice(p);
            }
            """;

    @Test
    void callPathsContainInlinedCalls() {
        List<List<Site>> paths = new ArrayList<>();
        Snippet snippet = Snippet.of(LAYERS, Map.of("probe", (cpu, args, site) -> {
            paths.add(path(site, cpu));
            return 0;
        }));
        long address = snippet.image().memory().heap(0);
        snippet.image().memory().markLive(address, 4);
        Bus bus = new Bus() {
            @Override
            public void access(
                    Operation operation, long accessed, int size, boolean marked, Site site, Cpu cpu) {
                paths.add(path(site, cpu));
            }

            @Override
            public void badAccess(Operation operation, long accessed, int size, Site site, Cpu cpu) {}
        };
        snippet.cpu().begin(bus, 100).call(snippet.image().function("outer"), address);

        assertThat(paths)
                .containsExactly(
                        List.of(at("once", 5), at("twice", 10), at("outer", 15)),
                        List.of(at("get", 2), at("once", 6), at("twice", 10), at("outer", 15)),
                        List.of(at("get", 2), at("twice", 11), at("outer", 15)));
        assertThat(snippet.image().executed()).map(f -> f + " " + f.calls())
                .containsExactlyInAnyOrder("outer 1", "twice 1", "once 1", "get 2", "probe 1");
    }

    private static List<Site> path(Site site, Cpu cpu) {
        List<Site> path = new ArrayList<>(List.of(site));
        path.addAll(cpu.callPath());
        return path;
    }

    private static Site at(String function, int line) {
        return new Site(Snippet.FILE, line, function);
    }

    @Test
    void thePathOfAFloorFunctionIsItsOwnAgainAfterItCalledC() {
        List<Site> path = new ArrayList<>();
        Snippet snippet = Snippet.of(
                """
                void leave(void); void enter(void);
                static void inner(void) { leave(); }
                void callback(void) { inner(); }
                static void shell(void) { enter(); }
                void outer(void) { shell(); }
                """,
                Map.of(
                        "leave", (cpu, args, site) -> 0,
                        "enter", (cpu, args, site) -> {
                            cpu.call(site, cpu.image().function("callback"));
                            path.addAll(cpu.callPath());
                            return 0;
                        }));
        snippet.call("outer");

        assertThat(path).containsExactly(at("outer", 5));
    }

    @Test
    void whatFailsInsideTellsEachCall() {
        Snippet snippet = Snippet.of(
                "void absent(void);\nstatic void f(void) { absent(); }\nstatic void g(void) { f(); }\nvoid h(void) { g(); }\n");

        assertThatThrownBy(() -> snippet.call("h"))
                .hasMessageEndingWith("at f snippet.c:2\n  called from g snippet.c:3\n  called from h snippet.c:4");
    }

    @Test
    void argumentsAreEvaluatedOnceAndChangedParametersAreCopies() {
        Snippet snippet = Snippet.of(
                """
                static int count(int n) { int c = 0; while (n) { n &= n - 1; c++; } return c; }
                static int square(int n) { return n * n; }
                static signed char narrow(unsigned char n) { return n; }
                int f(int n) { int i = n; int r = count(i) * 100 + square(i++); return r * 10 + i - n; }
                int g(int n) { return narrow(n); }
                """);

        assertThat(snippet.call("f", 7)).isEqualTo((300 + 49) * 10 + 1);
        assertThat(snippet.call("g", 0x1ff)).isEqualTo(-1);
    }

    @Test
    void recursionIsNotInlinedForEver() {
        assertThat(Snippet.of(
                                "static int even(int n); static int odd(int n) { return n ? even(n - 1) : 0; } static int even(int n) { return n ? odd(n - 1) : 1; } int f(int n) { return even(n); }")
                        .call("f", 11))
                .isZero();
    }
}
