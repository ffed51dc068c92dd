package org.svalinn.machine.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.Transaction;

/**
 * Random tables, requests and invalidations against a naive model, which knows for each PASID which PASID-table
 * entries, which page directories, page tables and pages hardware may have seen since the last invalidation that would
 * have made it forget. A request may give only what is among them: what was invalidated is never served again.
 */
@DisplayName("VT-d 6.2, 6.5.2: caches never serve what was invalidated")
class VtdCachePropertyTest {
    private static final int PASIDS = 3;
    private static final int PAGES = 4;
    private static final int SPACES = 2;
    private static final int PAGE_TABLES = 2;
    private static final long ADDRESS = 0x7000_1230_0000L;
    private static final int NONE = -1;

    private final VtdTestbed bed = new VtdTestbed(VtdConfig.standard().withCaches(4, 4, 8, 4)).start();
    private final long[] top = new long[SPACES];
    private final long[] directoryEntry = new long[SPACES];
    private final long[][] pageTable = new long[SPACES][PAGE_TABLES];

    // What memory says now
    private final int[] space = new int[PASIDS];
    private final int[] usedPageTable = new int[SPACES];
    private final long[][][] mapped = new long[SPACES][PAGE_TABLES][PAGES];

    // What hardware may have seen
    private final Set<?>[] spaces = new Set<?>[PASIDS];
    private final Set<?>[] directories = new Set<?>[PASIDS];
    private final Set<?>[] pageTables = new Set<?>[PASIDS];
    private final Set<?>[][] pages = new Set<?>[PASIDS][PAGES];

    private static int pasid(int index) {
        return 5 + index;
    }

    private static int domain(int index) {
        return index == 2 ? 9 : 8;
    }

    private void setUp() {
        for (int s = 0; s < SPACES; s++) {
            top[s] = bed.pageTable();
            bed.mapUser(top[s], ADDRESS, 0);
            long table = top[s];
            for (int level = 4; level > 2; level--) {
                table = bed.get(table + (ADDRESS >>> 3 + 9 * level & 0x1ff) * 8) & 0x000f_ffff_ffff_f000L;
            }
            directoryEntry[s] = table + (ADDRESS >>> 21 & 0x1ff) * 8;
            pageTable[s][0] = bed.get(directoryEntry[s]) & ~0xfffL;
            pageTable[s][1] = bed.pageTable();
            for (int t = 0; t < PAGE_TABLES; t++) {
                for (int p = 0; p < PAGES; p++) {
                    map(s, t, p, 0);
                }
            }
        }
        for (int i = 0; i < PASIDS; i++) {
            space[i] = NONE;
            spaces[i] = new HashSet<>(Set.of(NONE));
            directories[i] = new HashSet<Integer>();
            pageTables[i] = new HashSet<Integer>();
            for (int p = 0; p < PAGES; p++) {
                pages[i][p] = new HashSet<Long>();
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> Set<T> set(Set<?> any) {
        return (Set<T>) any;
    }

    private void map(int s, int t, int p, long page) {
        mapped[s][t][p] = page;
        bed.put(pageTable[s][t] + ((ADDRESS >>> 12) + p & 0x1ff) * 8, page == 0 ? 0 : page | 7);
    }

    private void bind(int index, int s) {
        space[index] = s;
        bed.put(bed.pasidEntry(pasid(index)), 0);
        if (s != NONE) {
            bed.firstLevel(pasid(index), top[s]);
            bed.put(bed.pasidEntry(pasid(index)) + 8, domain(index));
        }
    }

    /** Everything that memory says now may be seen. */
    private void see() {
        for (int i = 0; i < PASIDS; i++) {
            this.<Integer>spacesOf(i).add(space[i]);
            VtdCachePropertyTest.<Integer>set(directories[i]).addAll(spacesOf(i));
            for (int s : VtdCachePropertyTest.<Integer>set(directories[i])) {
                if (s != NONE) {
                    VtdCachePropertyTest.<Integer>set(pageTables[i]).add(s * PAGE_TABLES + usedPageTable[s]);
                }
            }
            for (int table : VtdCachePropertyTest.<Integer>set(pageTables[i])) {
                for (int p = 0; p < PAGES; p++) {
                    long page = mapped[table / PAGE_TABLES][table % PAGE_TABLES][p];
                    VtdCachePropertyTest.<Long>set(pages[i][p]).add(page);
                }
            }
        }
    }

    private <T> Set<T> spacesOf(int index) {
        return set(spaces[index]);
    }

    private void forgetSpaces(int index) {
        spaces[index].clear();
    }

    private void forgetPages(int index, int first, int count, boolean tablesToo) {
        if (tablesToo) {
            directories[index].clear();
            pageTables[index].clear();
        }
        for (int p = first; p < Math.min(PAGES, first + count); p++) {
            pages[index][p].clear();
        }
    }

    private void invalidate(Random random) {
        int index = random.nextInt(PASIDS);
        long whose = (long) domain(index) << 16 | (long) pasid(index) << 32;
        switch (random.nextInt(8)) {
            case 0 -> {
                bed.submit(7 | 1 << 4 | whose, 0);
                forgetSpaces(index);
            }
            case 1 -> {
                bed.submit(7 | (long) domain(index) << 16, 0);
                for (int i = 0; i < PASIDS; i++) {
                    if (domain(i) == domain(index)) {
                        forgetSpaces(i);
                    }
                }
            }
            case 2 -> {
                bed.submit(2 | 1 << 4, 0);
                for (int i = 0; i < PASIDS; i++) {
                    forgetPages(i, 0, PAGES, true);
                }
            }
            case 3 -> {
                bed.submit(2 | 2 << 4 | (long) domain(index) << 16, 0);
                for (int i = 0; i < PASIDS; i++) {
                    if (domain(i) == domain(index)) {
                        forgetPages(i, 0, PAGES, true);
                    }
                }
            }
            case 4 -> {
                bed.submit(6 | 2 << 4 | whose, 0);
                forgetPages(index, 0, PAGES, true);
            }
            case 5 -> {
                // The wrong domain: nothing is forgotten.
                bed.submit(6 | 2 << 4 | 3L << 16 | (long) pasid(index) << 32, 0);
                bed.submit(2 | 2 << 4 | 3L << 16, 0);
            }
            default -> {
                int mask = random.nextInt(3);
                int first = random.nextInt(PAGES) >> mask << mask;
                boolean leavesOnly = random.nextBoolean();
                bed.submit(
                        6 | 3 << 4 | whose, ADDRESS + 0x1000L * first | mask | (leavesOnly ? 1 << 6 : 0));
                forgetPages(index, first, 1 << mask, !leavesOnly);
            }
        }
        bed.submitWait(1, 0);
        bed.serveAll();
        see();
    }

    private void request(Random random, int step) {
        int index = random.nextInt(PASIDS);
        int p = random.nextInt(PAGES);
        Transaction transaction = bed.request(pasid(index), ADDRESS + 0x1000L * p, Access.READ);
        if (transaction.isGranted()) {
            Set<Long> seen = set(pages[index][p]);
            assertThat(seen).as("step %d", step).contains(transaction.physical());
        } else {
            // Only what memory says now can refuse, by entries that hardware may still go by.
            boolean mayFail = space[index] == NONE;
            for (int table : VtdCachePropertyTest.<Integer>set(pageTables[index])) {
                mayFail |= mapped[table / PAGE_TABLES][table % PAGE_TABLES][p] == 0;
            }
            assertThat(mayFail).as("step %d", step).isTrue();
            bed.takeFault();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void randomCommandStreams(long seed) {
        setUp();
        Random random = new Random(seed);
        long[] user = new long[6];
        for (int i = 0; i < user.length; i++) {
            user[i] = bed.userPage();
        }
        see();
        int granted = 0;
        int stale = 0;
        for (int step = 0; step < 4_000; step++) {
            switch (random.nextInt(10)) {
                case 0 -> bind(random.nextInt(PASIDS), random.nextInt(SPACES + 1) - 1);
                case 1 -> {
                    int s = random.nextInt(SPACES);
                    usedPageTable[s] = random.nextInt(PAGE_TABLES);
                    bed.put(directoryEntry[s], pageTable[s][usedPageTable[s]] | 7);
                }
                case 2, 3 -> map(
                        random.nextInt(SPACES),
                        random.nextInt(PAGE_TABLES),
                        random.nextInt(PAGES),
                        random.nextInt(4) == 0 ? 0 : user[random.nextInt(user.length)]);
                case 4 -> invalidate(random);
                default -> {
                    request(random, step);
                    granted += bed.transaction.isGranted() ? 1 : 0;
                    int index = (int) bed.transaction.pasid() - 5;
                    int p = (int) (bed.transaction.address() - ADDRESS >>> 12);
                    if (bed.transaction.isGranted()
                            && (space[index] == NONE
                                    || mapped[space[index]][usedPageTable[space[index]]][p]
                                            != bed.transaction.physical())) {
                        stale++;
                    }
                }
            }
            see();
        }
        assertThat(granted).as("requests that were granted").isGreaterThan(500);
        assertThat(stale).as("of them by stale entries").isGreaterThan(50);
    }
}
