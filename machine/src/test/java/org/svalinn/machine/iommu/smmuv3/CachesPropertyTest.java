package org.svalinn.machine.iommu.smmuv3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CD0;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.LEAF;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.SID;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.asid;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.sid;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.ssid;

import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.machine.iommu.Transaction;

/**
 * Random command streams against a model that knows nothing of caches: a translation may be any that memory has held
 * since the last invalidation that covers it, and no other.
 */
@DisplayName("Caches never serve what was invalidated")
class CachesPropertyTest {
    private static final long VA = 0x1234_5678_0000L;
    private static final int PAGES = 6;
    private static final int SPACES = 3;
    private static final int STEPS = 1500;

    private final SmmuTestbed machine = new SmmuTestbed().enable();
    private final long[] pages = new long[8];
    private final long[][] leaf = new long[SPACES][PAGES];
    /** What a translation of this page by this substream may give: physical addresses, 0 for a fault. */
    @SuppressWarnings("unchecked")
    private final Set<Long>[][] allowed = new Set[SPACES][PAGES];

    /** Which space's tables each substream's CD in memory, and a CD that may be cached, lead to. */
    private final int[] tables = new int[SPACES];

    private final long[] roots = new long[SPACES];

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    @DisplayName("4.3, 4.4: random remappings, accesses and invalidations")
    void randomStreams(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < pages.length; i++) {
            pages[i] = machine.page();
        }
        machine.stage1(0);
        for (int space = 0; space < SPACES; space++) {
            roots[space] = machine.table();
            tables[space] = space;
            machine.writeCd(space + 1, CD0 | asid(space + 1), roots[space], 0);
            for (int page = 0; page < PAGES; page++) {
                leaf[space][page] = machine.map(roots[space], VA + page * 4096L, 0, 3);
                allowed[space][page] = new TreeSet<>(Set.of(0L));
            }
        }
        int stale = 0;
        for (int step = 0; step < STEPS; step++) {
            int space = random.nextInt(SPACES);
            int page = random.nextInt(PAGES);
            switch (random.nextInt(8)) {
                case 0, 1 -> remap(space, page, random.nextInt(4) == 0 ? 0 : pages[random.nextInt(pages.length)]);
                case 2 -> invalidate(random, space, page);
                default -> {
                    Transaction transaction = machine.load(space + 1, VA + page * 4096L + 8);
                    long found = transaction.isGranted() ? transaction.physical() - 8 : 0;
                    assertThat(allowed[space][page]).as("step %d of seed %d", step, seed).contains(found);
                    if (found != current(space, page)) {
                        stale++;
                    }
                    machine.event();
                }
            }
        }
        assertThat(stale).as("caches that cache").isPositive();
    }

    private long current(int space, int page) {
        long entry = machine.read(leaf[space][page]);
        return (entry & 1) == 0 ? 0 : entry & 0x0000_ffff_ffff_f000L;
    }

    private void remap(int space, int page, long physical) {
        machine.write(leaf[space][page], physical == 0 ? 0 : physical | LEAF);
        allowed[space][page].add(physical);
    }

    private void covered(int space, int page) {
        allowed[space][page].clear();
        allowed[space][page].add(current(space, page));
    }

    private void invalidate(SplittableRandom random, int space, int page) {
        long va = VA + page * 4096L;
        switch (random.nextInt(8)) {
            case 0 -> {
                machine.command(0x11 | asid(space + 1), 0);
                for (int i = 0; i < PAGES; i++) {
                    covered(space, i);
                }
            }
            case 1, 2 -> {
                machine.command(0x12 | asid(space + 1), va | 1);
                covered(space, page);
            }
            case 3 -> {
                machine.command(0x13, va | 1);
                for (int i = 0; i < SPACES; i++) {
                    covered(i, page);
                }
            }
            case 4 -> {
                machine.command(random.nextBoolean() ? 0x10 : 0x30, 0);
                for (int i = 0; i < SPACES; i++) {
                    for (int j = 0; j < PAGES; j++) {
                        covered(i, j);
                    }
                }
            }
            case 5 -> {
                int count = 1 + random.nextInt(PAGES - page);
                machine.command(0x12 | asid(space + 1) | (long) (count - 1) << 12, va | 1 | 3 << 8 | 1 << 10);
                for (int i = page; i < page + count; i++) {
                    covered(space, i);
                }
            }
            case 6 -> machine.command(0x03 | sid(SID), 1);
            default -> machine.command(0x05 | ssid(space + 1) | sid(SID), 1);
        }
        machine.sync();
    }
}
