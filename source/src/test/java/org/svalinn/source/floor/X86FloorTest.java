package org.svalinn.source.floor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.svalinn.source.compile.Linker;
import org.svalinn.source.parse.Configuration;
import org.svalinn.source.parse.FrontEnd;
import org.svalinn.source.runtime.Image;
import org.svalinn.source.runtime.Memory;
import org.svalinn.source.runtime.Unmodelled;
import org.svalinn.source.tree.TextTree;

/** What stands for x86's bit operations, and the formatted text and completions that its IOMMU's driver needs. */
class X86FloorTest {
    private static final String C = """
            typedef unsigned long u64;
            _Bool arch_test_and_set_bit(long nr, volatile u64 *addr);
            _Bool arch___test_and_clear_bit(u64 nr, volatile u64 *addr);
            void arch_change_bit(long nr, volatile u64 *addr);
            _Bool variable_test_bit(long nr, volatile const u64 *addr);
            u64 variable__ffs(u64 word);
            u64 variable_ffz(u64 word);
            u64 __fls(u64 word);
            int fls(unsigned int x);
            int fls64(u64 x);
            int variable_ffs(int x);
            unsigned int __arch_hweight32(unsigned int w);
            u64 __arch_hweight64(u64 w);
            int snprintf(char *buf, u64 size, const char *fmt, ...);
            int sprintf(char *buf, const char *fmt, ...);
            struct completion { unsigned int done; int rest[5]; };
            void complete(struct completion *x);
            void wait_for_completion(struct completion *x);
            _Bool completion_done(struct completion *x);

            u64 bits[2];
            char text[16];
            struct completion done;

            u64 set(long nr) { return arch_test_and_set_bit(nr, bits); }
            u64 clear(long nr) { return arch___test_and_clear_bit(nr, bits); }
            u64 change(long nr) { arch_change_bit(nr, bits); return variable_test_bit(nr, bits); }
            u64 first(u64 word) { return variable__ffs(word); }
            u64 zero(u64 word) { return variable_ffz(word); }
            u64 last(u64 word) { return __fls(word); }
            int counted(int x) { return variable_ffs(x) * 10000 + fls(x) * 100 + fls64((u64)x << 32); }
            u64 weight(u64 word) { return __arch_hweight32(word) * 100 + __arch_hweight64(word); }
            int name(int id) { return sprintf(text, "dmar%d-%s", id, "prq"); }
            int cut(void) { return snprintf(text, 5, "%08x|%c", 0x2a, '!'); }
            int odd(void) { return sprintf(text, "%pOF", text); }
            int completed(void) { complete(&done); wait_for_completion(&done); return completion_done(&done); }
            """;

    private final World world = new World();
    private final Image image;

    X86FloorTest() {
        TextTree tree = new TextTree().with("Makefile", "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 0\n").with("x86.c", C);
        for (String header : List.of("compiler-version.h", "kconfig.h", "compiler_types.h")) {
            tree.with("include/linux/" + header, "");
        }
        var frontEnd = new FrontEnd(tree, new Configuration("x86", Map.of("HZ", "100", "NR_CPUS", "4", "64BIT", "y")));
        image = Linker.link(
                List.of(frontEnd.parse("x86.c")),
                Floor.of(Platform.VTD, world).functions(),
                new Memory.Geometry(1 << 16, 1 << 16, 2, 1 << 16, 1 << 14));
        world.attach(image);
        world.assign(0, "test", 0);
    }

    private long call(String function, long... arguments) {
        return world.cpu(0).call(image.function(function), arguments);
    }

    private String text() {
        return image.memory().cString(image.address("text"));
    }

    @Test
    void aBitIsFoundInItsWord() {
        assertThat(call("set", 70)).isZero();
        assertThat(call("set", 70)).isOne();
        assertThat(image.memory().loadLong(image.address("bits") + 8)).isEqualTo(1L << 6);
        assertThat(call("clear", 70)).isOne();
        assertThat(call("clear", 70)).isZero();
        assertThat(call("change", 3)).isOne();
        assertThat(call("change", 3)).isZero();
    }

    @Test
    void bitsAreSearchedAsTheInstructionsDo() {
        assertThat(call("first", 0x50)).isEqualTo(4);
        assertThat(call("zero", 0x0f)).isEqualTo(4);
        assertThat(call("last", 0x50)).isEqualTo(6);
        assertThat(call("counted", 0)).isZero();
        assertThat(call("counted", 6)).isEqualTo(2 * 10000 + 3 * 100 + 35);
        assertThat(call("weight", 0xf_0000_0003L)).isEqualTo(2 * 100 + 6);
    }

    @Test
    void textIsFormattedCutAndRefusedWhereItIsNotUnderstood() {
        assertThat(call("name", 3)).isEqualTo(9);
        assertThat(text()).isEqualTo("dmar3-prq");
        assertThat(call("cut")).isEqualTo(10);
        assertThat(text()).isEqualTo("0000");
        assertThatThrownBy(() -> call("odd")).isInstanceOf(Unmodelled.class).hasMessageContaining("%pOF");
    }

    @Test
    void aCompletionIsUsedUpByItsWaiter() {
        assertThat(call("completed")).isZero();
    }
}
