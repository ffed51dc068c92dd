package org.svalinn.source.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.svalinn.source.tree.BadInput;
import org.svalinn.source.tree.TextTree;

class GeneratedHeadersTest {
    private final TextTree tree = SnippetTree.empty();

    private String header(String path) {
        return String.valueOf(new ConfiguredTree(tree, SnippetTree.CONFIGURATION).text(path));
    }

    @Test
    void theConfigurationIsSaidAsKbuildSaysIt() {
        assertThat(header("include/generated/autoconf.h").lines())
                .containsExactlyInAnyOrder(
                        "#define CONFIG_HZ 250",
                        "#define CONFIG_NR_CPUS 8",
                        "#define CONFIG_SMP 1",
                        "#define CONFIG_UACCE_MODULE 1");
    }

    @Test
    void theVersionIsTheTreesAndItsSublevelFitsItsByte() {
        assertThat(header("include/generated/uapi/linux/version.h"))
                .contains("#define LINUX_VERSION_CODE " + (6 << 16 | 1 << 8 | 255))
                .contains("#define LINUX_VERSION_SUBLEVEL 300");
    }

    @Test
    void jiffiesConvertExactly() {
        String timeconst = header("include/generated/timeconst.h");

        assertThat(timeconst)
                .contains("#define HZ_TO_MSEC_MUL32 U64_C(0x80000000)\n")
                .contains("#define HZ_TO_MSEC_SHR32 29\n")
                .contains("#define MSEC_TO_HZ_ADJ32 U64_C(0x180000000)\n")
                .contains("#define MSEC_TO_HZ_SHR32 33\n")
                .contains("#define USEC_TO_HZ_MUL32 U64_C(0x83126e98)\n")
                .contains("#define USEC_TO_HZ_ADJ32 U64_C(0x7ff7ced9168)\n")
                .contains("#define USEC_TO_HZ_SHR32 43\n")
                .contains("#define HZ_TO_NSEC_NUM 4000000\n")
                .contains("#define NSEC_TO_HZ_DEN 4000000\n");
    }

    @Test
    void capabilitiesAreNumberedInTheirOrder() {
        tree.with("arch/arm64/tools/cpucaps", "# comment\n\nBTI\nHAS_ARMv8_4_TTL\n");

        assertThat(header("arch/arm64/include/generated/asm/cpucaps.h"))
                .isEqualTo("#define ARM64_BTI 0\n#define ARM64_HAS_ARMv8_4_TTL 1\n#define ARM64_NCAPS 2\n");
    }

    @Test
    void systemCallsAreNumberedByTheTableWithoutThoseOfX32() {
        tree.with("arch/x86/entry/syscalls/syscall_64.tbl", """
                # comment

                0\tcommon\tread\t\t\tsys_read
                13\t64\trt_sigaction\t\tsys_rt_sigaction
                512\tx32\trt_sigaction\t\tcompat_sys_rt_sigaction
                """);

        assertThat(headerOfX86("arch/x86/include/generated/asm/unistd_64.h"))
                .isEqualTo("#define __NR_read 0\n#define __NR_rt_sigaction 13\n#define __NR_syscalls 14\n");
        tree.with("arch/x86/entry/syscalls/syscall_64.tbl", "read\tcommon\t0\n");
        assertThatThrownBy(() -> headerOfX86("x"))
                .hasMessage("arch/x86/entry/syscalls/syscall_64.tbl:1: not a system call: read\tcommon\t0");
    }

    private String headerOfX86(String path) {
        Configuration x86 = new Configuration("x86", SnippetTree.CONFIGURATION.options());
        return String.valueOf(new ConfiguredTree(tree, x86).text(path));
    }

    @Test
    void registersAreDescribedBitByBit() {
        tree.with("arch/arm64/tools/sysreg", """
                # comment
                SysregFields\tCOMMON
                Res0\t63:1
                Field\t0\tEN
                EndSysregFields

                Sysreg\tREG_EL1\t3\t0\t1\t0\t2
                Res0\t63:8
                Enum\t7:4\tMODE
                \t0b0000\tOFF
                \t0b0001\tON
                EndEnum
                Res1\t3
                Raz\t2
                Field\t1:0\tLOW
                EndSysreg

                Sysreg\tOTHER_EL1\t3\t0\t1\t0\t3
                Fields\tCOMMON
                EndSysreg
                """);

        assertThat(header("arch/arm64/include/generated/asm/sysreg-defs.h"))
                .contains("#define COMMON_EN_MASK GENMASK(0, 0)\n")
                .contains("#define COMMON_RES0 (UL(0) | GENMASK_ULL(63, 1))\n")
                .contains("#define REG_REG_EL1 S3_0_C1_C0_2\n")
                .contains("#define SYS_REG_EL1 sys_reg(3, 0, 1, 0, 2)\n")
                .contains("#define SYS_REG_EL1_Op2 2\n")
                .contains("#define REG_EL1_MODE_SHIFT 4\n")
                .contains("#define REG_EL1_MODE_WIDTH 4\n")
                .contains("#define REG_EL1_MODE_ON UL(0b0001)\n")
                .contains("#define REG_EL1_RES1 (UL(0) | GENMASK_ULL(3, 3))\n")
                .contains("#define SYS_OTHER_EL1 ")
                .doesNotContain("OTHER_EL1_RES0");
    }

    @Test
    void tablesThatAreWrongAreRefusedWithTheirLine() {
        assertTableRefused("Sysreg A 3 0 1 0\n", "sysreg:1: 6 words where 7 are expected");
        assertTableRefused("Sysreg A 3 0 1 0 2\nField 62:0 X\n", "sysreg:2: bits 62:0 of A where bit 63 comes next");
        assertTableRefused("Sysreg A 3 0 1 0 2\nField 63:1 X\nEndSysreg\n", "sysreg:3: bits 0 to 0 of A");
        assertTableRefused("Sysreg A 3 0 1 0 2\nSysreg B 3 0 1 0 2\n", "sysreg:2: Sysreg inside Sysreg");
        assertTableRefused("Sysreg A 3 0 1 0 2\n", "Sysreg has no end");
        assertTableRefused("Bogus 1\n", "sysreg:1: not understood: Bogus 1");
        tree.with("arch/arm64/tools/cpucaps", "NOT A CAPABILITY\n");
        assertThatThrownBy(() -> header("x"))
                .hasMessage("arch/arm64/tools/cpucaps:1: not a capability: NOT A CAPABILITY");
    }

    private void assertTableRefused(String table, String message) {
        tree.with("arch/arm64/tools/sysreg", table);
        assertThatThrownBy(() -> header("x")).isInstanceOf(BadInput.class).hasMessageContaining(message);
    }

    @Test
    void aHeaderTheArchitectureLacksIsTheGenericOne() {
        tree.with("include/asm-generic/a.h", "").with("include/uapi/asm-generic/u.h", "")
                .with("include/asm-generic/own.h", "").with("arch/arm64/include/asm/own.h", "")
                .with("include/asm-generic/ofuser.h", "").with("arch/arm64/include/uapi/asm/ofuser.h", "");
        ConfiguredTree configured = new ConfiguredTree(tree, SnippetTree.CONFIGURATION);

        assertThat(configured.text("arch/arm64/include/generated/asm/a.h")).isEqualTo("#include <asm-generic/a.h>\n");
        assertThat(configured.text("arch/arm64/include/generated/uapi/asm/u.h"))
                .isEqualTo("#include <asm-generic/u.h>\n");
        assertThat(configured.exists("arch/arm64/include/generated/asm/own.h")).isFalse();
        assertThat(configured.exists("arch/arm64/include/generated/asm/ofuser.h")).isFalse();
        assertThat(configured.exists("arch/arm64/include/generated/asm/none.h")).isFalse();
    }

    @Test
    void whatABuildLeftInTheTreeIsNotSeen() {
        tree.with("include/generated/autoconf.h", "#define CONFIG_FOREIGN 1\n").with("include/generated/other.h", "");

        assertThat(header("include/generated/autoconf.h")).doesNotContain("FOREIGN");
        assertThat(new ConfiguredTree(tree, SnippetTree.CONFIGURATION).exists("include/generated/other.h")).isFalse();
    }
}
