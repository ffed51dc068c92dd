package org.svalinn.source.parse;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import org.svalinn.source.tree.KernelVersion;
import org.svalinn.source.tree.SourceTree;

/**
 * The headers that a kernel build makes before it compiles anything, made from the configuration and the tree's
 * own tables. Files that only assembly or the build itself reads are empty.
 */
final class GeneratedHeaders {
    private final SourceTree tree;
    private final Configuration configuration;

    GeneratedHeaders(SourceTree tree, Configuration configuration) {
        this.tree = tree;
        this.configuration = configuration;
    }

    /** Path in the tree to text. */
    Map<String, String> all() {
        KernelVersion version = KernelVersion.of(tree);
        String asm = "arch/" + configuration.architecture() + "/include/generated/asm/";
        Map<String, String> headers = new HashMap<>();
        headers.put("include/generated/autoconf.h", autoconf());
        headers.put("include/generated/bounds.h", bounds());
        headers.put("include/generated/timeconst.h", timeconst(configuration.number("HZ")));
        headers.put("include/generated/uapi/linux/version.h", version(version));
        headers.put("include/generated/utsrelease.h", define("UTS_RELEASE", "\"" + version + "-svalinn\""));
        headers.put("include/generated/asm-offsets.h", "");
        headers.put("include/generated/autoksyms.h", "");
        headers.put("include/generated/vdso-offsets.h", "");
        headers.put("include/generated/package.h", define("LINUX_PACKAGE_ID", "\"\""));
        switch (configuration.architecture()) {
            case "arm64" -> {
                addIfPresent(headers, asm + "cpucaps.h", "arch/arm64/tools/cpucaps", CpucapsTable::header);
                addIfPresent(headers, asm + "sysreg-defs.h", "arch/arm64/tools/sysreg", SysregTable::header);
            }
            case "x86" -> {
                addIfPresent(headers, asm + "unistd_64.h", "arch/x86/entry/syscalls/syscall_64.tbl", SyscallTable::header);
                // Of the 32-bit ABIs, which this kernel does not have, only the names of the headers are asked for.
                headers.put(asm + "unistd_32.h", "");
                headers.put(asm + "unistd_32_ia32.h", "");
                headers.put(asm + "unistd_64_x32.h", "");
            }
            default -> {}
        }
        return headers;
    }

    private void addIfPresent(Map<String, String> headers, String path, String table, TableReader reader) {
        String text = tree.text(table);
        if (text != null) {
            headers.put(path, reader.header(table, text));
        }
    }

    private String autoconf() {
        StringBuilder header = new StringBuilder();
        configuration.options().forEach((option, value) -> header.append(
                switch (value) {
                    case "y" -> define("CONFIG_" + option, "1");
                    case "m" -> define("CONFIG_" + option + "_MODULE", "1");
                    default -> define("CONFIG_" + option, value);
                }));
        return header.toString();
    }

    /**
     * A build measures these by compiling {@code kernel/bounds.c}. The flags are those of a 64-bit machine with an
     * MMU and no other option that adds one; headers use the number only to see that page flags fit.
     */
    private String bounds() {
        int cpus = configuration.number("NR_CPUS");
        int zones = 2;
        for (String zone : new String[] {"ZONE_DMA", "ZONE_DMA32", "ZONE_DEVICE", "HIGHMEM"}) {
            zones += configuration.options().containsKey(zone) ? 1 : 0;
        }
        return define("NR_PAGEFLAGS", "23")
                + define("MAX_NR_ZONES", Integer.toString(zones))
                + define("NR_CPUS_BITS", Integer.toString(32 - Integer.numberOfLeadingZeros(cpus - 1)))
                + define("SPINLOCK_SIZE", "4")
                + define("LRU_GEN_WIDTH", "0")
                + define("__LRU_REFS_WIDTH", "0");
    }

    private static String version(KernelVersion version) {
        int sublevel = Math.min(version.sublevel(), 255);
        int code = (version.version() << 16) + (version.patchlevel() << 8) + sublevel;
        return define("LINUX_VERSION_CODE", Integer.toString(code))
                + define("KERNEL_VERSION(a,b,c)", "(((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))")
                + define("LINUX_VERSION_MAJOR", Integer.toString(version.version()))
                + define("LINUX_VERSION_PATCHLEVEL", Integer.toString(version.patchlevel()))
                + define("LINUX_VERSION_SUBLEVEL", Integer.toString(version.sublevel()));
    }

    /**
     * What converts between jiffies and other units: for each pair a multiplier, an adjustment and a shift such that
     * {@code (n * MUL + ADJ) >> SHR} rounds up.
     */
    private static String timeconst(int hz) {
        StringBuilder header = new StringBuilder();
        for (Object[] unit : new Object[][] {{"MSEC", 1_000L}, {"USEC", 1_000_000L}, {"NSEC", 1_000_000_000L}}) {
            String name = (String) unit[0];
            long perSecond = (Long) unit[1];
            convert(header, "HZ_TO_" + name, perSecond, hz, !name.equals("NSEC"));
            convert(header, name + "_TO_HZ", hz, perSecond, !name.equals("NSEC"));
        }
        return header.toString();
    }

    private static void convert(StringBuilder header, String name, long to, long from, boolean shifted) {
        BigInteger common = BigInteger.valueOf(to).gcd(BigInteger.valueOf(from));
        BigInteger numerator = BigInteger.valueOf(to).divide(common);
        BigInteger denominator = BigInteger.valueOf(from).divide(common);
        if (shifted) {
            int shift = 0;
            while (multiplier(shift, numerator, denominator).bitLength() < 32) {
                shift++;
            }
            BigInteger adjustment = BigInteger.ONE.shiftLeft(shift)
                    .multiply(denominator.subtract(BigInteger.ONE))
                    .divide(denominator);
            header.append(define(name + "_MUL32", hex(multiplier(shift, numerator, denominator))));
            header.append(define(name + "_ADJ32", hex(adjustment)));
            header.append(define(name + "_SHR32", Integer.toString(shift)));
        }
        header.append(define(name + "_NUM", numerator.toString()));
        header.append(define(name + "_DEN", denominator.toString()));
    }

    private static BigInteger multiplier(int shift, BigInteger numerator, BigInteger denominator) {
        return numerator.shiftLeft(shift).add(denominator).subtract(BigInteger.ONE).divide(denominator);
    }

    private static String hex(BigInteger value) {
        return "U64_C(0x" + value.toString(16) + ")";
    }

    static String define(String name, String value) {
        return "#define " + name + " " + value + "\n";
    }

    private interface TableReader {
        String header(String path, String text);
    }
}
