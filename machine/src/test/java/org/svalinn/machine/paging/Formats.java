package org.svalinn.machine.paging;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.svalinn.machine.iommu.Access;

/**
 * Every format that tests of all formats run on.
 *
 * @param attributes of each page, so that unprivileged accesses may use it
 */
record Formats(String name, Entries entries, Walker walker, long format, long attributes) {
    private static final int R = Access.READ;
    private static final int W = Access.WRITE;
    private static final int X = Access.EXECUTE;

    static List<Formats> all() {
        List<Formats> all = new ArrayList<>();
        long x86 = X86Walker.NXE | X86Walker.PAGES_1G | X86Walker.WP;
        all.add(x86("x86-64, 4 levels", X86Walker.format(46, x86)));
        all.add(x86("x86-64, 5 levels, no 1 GiB pages", X86Walker.format(52, X86Walker.NXE | X86Walker.FIVE_LEVELS)));
        all.add(x86("x86-64, no NX", X86Walker.format(46, X86Walker.PAGES_1G)));
        long large = SecondLevelWalker.PAGES_2M | SecondLevelWalker.PAGES_1G;
        for (int levels = 3; levels <= 5; levels++) {
            long marks = large | SecondLevelWalker.SSADE;
            all.add(secondLevel("VT-d second stage", SecondLevelWalker.format(46, levels, marks)));
        }
        long small = SecondLevelWalker.format(46, 4, SecondLevelWalker.SLEE);
        all.add(secondLevel("VT-d second stage, SLEE, small pages", small));
        for (int granule : new int[] {12, 14, 16}) {
            for (int bits : new int[] {32, 39, 42, 48}) {
                all.add(stage1(AArch64Format.stage1(granule, bits, 48, 0)));
            }
            long marks = AArch64Format.HA | AArch64Format.HD;
            all.add(stage1(AArch64Format.stage1(granule, 48, 44, AArch64Format.UPPER | marks)));
            all.add(stage1(AArch64Format.stage1(granule, 40, 44, AArch64Format.ONE_PRIVILEGE)));
            all.add(stage2(AArch64Format.stage2(granule, 40, 44, 1, AArch64Format.XNX)));
            all.add(stage2(AArch64Format.stage2(granule, 40, 44, 1, marks)));
        }
        all.add(stage1(AArch64Format.stage1(16, 52, 52, AArch64Format.LPA)));
        all.add(stage2(AArch64Format.stage2(12, 48, 48, 2, 0)));
        return all;
    }

    private static Formats x86(String name, long format) {
        return new Formats(name, new X86Entries(format), new X86Walker(), format, X86Walker.USER);
    }

    private static Formats secondLevel(String name, long format) {
        String levels = ", " + SecondLevelWalker.levels(format) + " levels";
        return new Formats(name + levels, new SecondLevelEntries(format), new SecondLevelWalker(), format, 0);
    }

    private static Formats stage1(long format) {
        long attributes = AArch64Walker.ACCESS_FLAG | AArch64Walker.AP_UNPRIVILEGED;
        return aarch64("stage 1", format, attributes);
    }

    private static Formats stage2(long format) {
        return aarch64("stage 2", format, AArch64Walker.ACCESS_FLAG);
    }

    private static Formats aarch64(String stage, long format, long attributes) {
        int kibibytes = 1 << AArch64Format.granuleShift(format) - 10;
        String name = "AArch64 %s, %d KiB, %d bits, flags %x"
                .formatted(stage, kibibytes, AArch64Format.inputBits(format), format >>> 32);
        return new Formats(name, new AArch64Entries(format), new AArch64Walker(), format, attributes);
    }

    long pageSize() {
        return 1L << entries.shift(1);
    }

    /** Permissions that the format has. */
    int access(SplittableRandom random) {
        int[] possible = possible();
        return possible[random.nextInt(possible.length)];
    }

    private int[] possible() {
        return switch (entries) {
            case X86Entries e -> (format & X86Walker.NXE) != 0
                    ? new int[] {R, R | W, R | X, R | W | X}
                    : new int[] {R | X, R | W | X};
            case SecondLevelEntries e -> (format & SecondLevelWalker.SLEE) != 0
                    ? new int[] {R, W, R | W, R | X, R | W | X}
                    : new int[] {W, R | X, R | W | X};
            case AArch64Entries e -> AArch64Format.isStage2(format)
                    ? new int[] {R, W, R | W, R | X, R | W | X}
                    : new int[] {R, R | W, R | X, R | W | X};
            default -> throw new AssertionError(entries);
        };
    }

    /** The lowest address of the tables: not 0 for an upper half. */
    long lowest() {
        boolean upper = entries instanceof AArch64Entries && (format & AArch64Format.UPPER) != 0;
        return upper ? -1L << AArch64Format.inputBits(format) : 0;
    }

    /** How many bytes from {@link #lowest} on the tables translate. */
    long reach() {
        int top = entries.topLevel();
        long all = (long) entries.count(top) << entries.shift(top);
        return entries instanceof X86Entries ? all / 2 : all;
    }

    @Override
    public String toString() {
        return name;
    }
}
