package org.svalinn.source.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.BadAccess;
import org.svalinn.source.runtime.Bus;
import org.svalinn.source.runtime.Cpu;

/** What executed C lets the bus hear of its accesses. */
class AccessTest {
    private final List<String> heard = new ArrayList<>();
    private long base;

    private final Bus bus = new Bus() {
        @Override
        public void access(Operation operation, long address, int size, boolean marked, Site site, Cpu cpu) {
            heard.add(operation + " " + (address - base) + "+" + size + (marked ? " marked" : "") + " line "
                    + site.line());
        }

        @Override
        public void badAccess(Operation operation, long address, int size, Site site, Cpu cpu) {
            heard.add("bad " + operation + " " + (address - base) + "+" + size + " in " + site.function());
        }
    };

    private long call(String text, String function) {
        Snippet snippet = Snippet.of(text);
        base = snippet.image().memory().heap(0);
        snippet.image().memory().markLive(base, 64);
        return snippet.cpu().begin(bus, 1000).call(snippet.image().function(function), base);
    }

    @Test
    void eachAccessOfSharedMemoryIsHeardWithItsSizeAndLine() {
        call(
                """
                struct s { int a; long b; char c; };
                long f(struct s *p) {
                    p->a = 1;
                    p->b += p->a;
                    return p->c;
                }
                """,
                "f");

        assertThat(heard)
                .containsExactly(
                        "WRITE 0+4 line 3", "READ 8+8 line 4", "READ 0+4 line 4", "WRITE 8+8 line 4",
                        "READ 16+1 line 5");
    }

    @Test
    void volatileAccessesAreMarked() {
        call("int f(int *p) { *(volatile int *)p = 1; return *p; }", "f");

        assertThat(heard).containsExactly("WRITE 0+4 marked line 1", "READ 0+4 line 1");
    }

    @Test
    void theOwnStackAndReadOnlyDataAreNotHeard() {
        long result = call(
                """
                static const int table[] = { 5, 6 };
                static void set(int *p) { *p = table[1]; }
                int f(void *unused) { int x; int many[3] = { 1 }; set(&x); return x + many[0] + "a"[0]; }
                """,
                "f");

        assertThat(result).isEqualTo(6 + 1 + 'a');
        assertThat(heard).isEmpty();
    }

    @Test
    void writableGlobalsAreHeard() {
        call("static int counter; int f(void *unused) { return ++counter; }", "f");

        assertThat(heard).hasSize(2);
    }

    @Test
    void theStackOfAnotherActorIsHeard() {
        Snippet snippet = Snippet.of("int f(int *p) { return *p; }");
        base = snippet.image().memory().stack(1);
        snippet.cpu().begin(bus, 1000).call(snippet.image().function("f"), base);

        assertThat(heard).containsExactly("READ 0+4 line 1");
    }

    @Test
    void aStructIsCopiedAsOneReadAndOneWrite() {
        call("struct s { long a[3]; }; void f(struct s *p) { p[1] = p[0]; __builtin_memset(p, 0, 24); }", "f");

        assertThat(heard).containsExactly("READ 0+24 line 1", "WRITE 24+24 line 1", "WRITE 0+24 line 1");
    }

    @Test
    void aStoreToABitFieldReadsAndWritesTheBytesThatHoldIt() {
        call("struct s { int a : 4; int b : 20; }; void f(struct s *p) { p->b = 1; }", "f");

        assertThat(heard).containsExactly("READ 0+3 line 1", "WRITE 0+3 line 1");
    }

    @Test
    void anAccessOfWhatIsNotLiveIsBadAfterItsStep() {
        call("int f(char *p) { return p[64]; }", "f");

        assertThat(heard).containsExactly("READ 64+1 line 1", "bad READ 64+1 in f");
    }

    @Test
    void aNullPointerIsBadAndReadsZero() {
        base = 0;
        Snippet snippet = Snippet.of("int f(int *p) { *p = 3; return *p; }");

        assertThat(snippet.cpu().begin(bus, 1000).call(snippet.image().function("f"), 0)).isZero();
        assertThat(heard).containsExactly("bad WRITE 0+4 in f", "bad READ 0+4 in f");
    }

    @Test
    void aWriteToAConstantIsBadAndLost() {
        Snippet snippet = Snippet.of(
                "static const int five = 5; int f(void) { *(int *)&five = 6; return five; }");

        assertThat(snippet.cpu().begin(bus, 1000).call(snippet.image().function("f"))).isEqualTo(5);
        assertThat(heard).hasSize(1);
        assertThat(heard.getFirst()).startsWith("bad WRITE");
    }

    @Test
    void withoutAListenerABadAccessEndsTheCall() {
        assertThatThrownBy(() -> Snippet.run("return *(long *)8;"))
                .isInstanceOf(BadAccess.class)
                .hasMessage("READ of 8 bytes at 0x8 (UNALLOCATED) in run snippet.c:1");
    }
}
