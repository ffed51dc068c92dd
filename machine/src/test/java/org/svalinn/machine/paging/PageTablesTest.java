package org.svalinn.machine.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.svalinn.machine.iommu.Access.EXECUTE;
import static org.svalinn.machine.iommu.Access.READ;
import static org.svalinn.machine.iommu.Access.WRITE;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.machine.Steps;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;

/** What software does to tables, and in which order. */
@DisplayName("Building page tables")
class PageTablesTest {
    private static final long M2 = 1L << 21;
    private static final long G1 = 1L << 30;
    private static final long CONTIGUOUS = 1L << 52;

    /** Tells what happens: steps, by the words of their sites, and invalidations. */
    private static final class Journal implements Steps {
        final List<String> events = new ArrayList<>();

        @Override
        public void step(Operation operation, long object, long parts, Site site) {
            if (operation == Operation.WRITE || operation == Operation.UPDATE) {
                events.add(site.function());
            }
        }

        @Override
        public void stepRange(Operation operation, long firstObject, int count, Site site) {
            events.add(site.function());
        }

        @Override
        public void await(Operation operation, long object, long parts, BooleanSupplier enabled, Site site) {
            throw new AssertionError("waits");
        }

        @Override
        public int choose(int alternatives, Site site) {
            return 0;
        }

        @Override
        public void report(Violation violation) {
            throw new AssertionError(violation.message());
        }

        @Override
        public Violation.End end(String role, Site site) {
            return new Violation.End(role, "software", List.of(site));
        }

        @Override
        public void note(String text) {}

        /** The same without repetitions. */
        List<String> brief() {
            List<String> brief = new ArrayList<>();
            for (String event : events) {
                if (brief.isEmpty() || !brief.getLast().equals(event)) {
                    brief.add(event);
                }
            }
            return brief;
        }
    }

    private static final String SET = "sets a page-table entry";
    private static final String LINK = "links a page table";
    private static final String UNLINK = "unlinks a page table";

    private final Journal journal = new Journal();
    private final Ram ram = new Ram(journal, 256);

    private PageTables tables(Entries entries) {
        TablePages pages = TablePages.of(ram, Tables.OWNER, Site.named("frees a page table"));
        TableInvalidation invalidation = (address, bytes, tables) -> journal.events.add(
                "invalidates 0x%x bytes at 0x%x%s".formatted(bytes, address, tables ? ", tables too" : ""));
        return new PageTables(entries, ram, pages, invalidation);
    }

    private static X86Entries x86() {
        return new X86Entries(X86Walker.format(46, X86Walker.NXE | X86Walker.PAGES_1G));
    }

    private static AArch64Entries aarch64(long flags) {
        return new AArch64Entries(AArch64Format.stage1(12, 39, 48, flags));
    }

    private static final long USER = X86Walker.USER;
    private static final long AF_USER = AArch64Walker.ACCESS_FLAG | AArch64Walker.AP_UNPRIVILEGED;

    @Test
    @DisplayName("a new table is filled before it is linked, from below")
    void fillsBeforeItLinks() {
        tables(x86()).map(0x1000, 0x8000, 0x2000, READ, USER);
        assertThat(journal.events).containsExactly(SET, SET, LINK, LINK, LINK);
    }

    @Test
    @DisplayName("entries go, then links to empty tables, then the invalidation, and only then are tables freed")
    void unmapsInOrder() {
        PageTables tables = tables(x86());
        tables.map(0x1000, 0x8000, 0x2000, READ, USER);
        journal.events.clear();
        tables.unmap(0x1000, 0x1000);
        assertThat(journal.events).containsExactly(SET, "invalidates 0x1000 bytes at 0x1000");
        journal.events.clear();
        tables.unmap(0, 0x10000);
        assertThat(journal.brief())
                .containsExactly(SET, UNLINK, "invalidates 0x10000 bytes at 0x0, tables too", "frees a page table");
        assertThat(journal.events).filteredOn(UNLINK::equals).hasSize(3);
        assertThat(journal.events).filteredOn("frees a page table"::equals).hasSize(3);
        journal.events.clear();
        tables.unmap(0, 0x10000);
        assertThat(journal.events).isEmpty();
    }

    @Test
    @DisplayName("entries can be cleared alone; tables that became empty so are invalidated when they go")
    void clearsAndUnmapsLater() {
        PageTables tables = tables(x86());
        tables.map(0x1000, 0x8000, 0x1000, READ, USER);
        journal.events.clear();
        assertThat(tables.clear(0, 0x10000)).isTrue();
        assertThat(tables.clear(0, 0x10000)).isFalse();
        assertThat(journal.events).containsExactly(SET);
        assertThat(tables.leaf(0x1000)).isZero();
        tables.map(0x2000, 0x8000, 0x1000, READ, USER);
        tables.clear(0x2000, 0x1000);
        journal.events.clear();
        tables.unmapAll();
        assertThat(journal.brief().getFirst()).isEqualTo(UNLINK);
        assertThat(journal.brief().get(1)).startsWith("invalidates").endsWith("tables too");
        assertThat(journal.events).filteredOn("frees a page table"::equals).hasSize(3);
    }

    @Test
    @DisplayName("the whole address space goes but for its first table, which goes last")
    void freesTheAddressSpace() {
        PageTables tables = tables(x86());
        tables.map(0x1000, 0x8000, 0x1000, READ, USER);
        tables.map(0x7fff_ffff_f000L, 0x8000, 0x1000, READ, USER);
        assertThatThrownBy(tables::free).isInstanceOf(IllegalStateException.class);
        tables.unmapAll();
        assertThat(tables.leaf(0x1000)).isZero();
        assertThat(ram.state(tables.root())).isEqualTo(PageState.PAGE_TABLE);
        tables.free();
        assertThat(ram.state(tables.root())).isEqualTo(PageState.FREE);
    }

    @Test
    @DisplayName("a range gets the largest pages that fit its ends and its physical address, up to the largest "
            + "that is wanted")
    void largestPagesThatFit() {
        PageTables tables = tables(x86());
        tables.map(G1 - M2 - 0x1000, 2 * G1 - M2 - 0x1000, G1 + M2 + 0x2000, READ, USER);
        assertThat(shiftAt(tables, G1 - M2 - 0x1000)).isEqualTo(12);
        assertThat(shiftAt(tables, G1 - M2)).isEqualTo(21);
        assertThat(shiftAt(tables, G1)).isEqualTo(30);
        assertThat(shiftAt(tables, 2 * G1)).isEqualTo(12);

        PageTables aside = tables(x86());
        aside.map(G1, G1 + 0x1000, M2, READ, USER);
        assertThat(shiftAt(aside, G1)).isEqualTo(12);
        PageTables small = tables(x86()).largest(2);
        small.map(G1, G1, G1, READ, USER);
        assertThat(shiftAt(small, G1)).isEqualTo(21);
    }

    private int shiftAt(PageTables tables, long address) {
        boolean x86 = tables.entries() instanceof X86Entries;
        Walk walk = new Walk(new PhysicalTables(ram, Tables.WALK));
        walk.as(x86 ? x86().format() : ((AArch64Entries) tables.entries()).format());
        walk.begin(tables.root(), tables.entries().topLevel(), address, READ, false);
        (x86 ? new X86Walker() : new AArch64Walker()).walk(walk);
        return walk.isDone() ? walk.contiguousShift() : 0;
    }

    @Test
    @DisplayName("a large page of which a part goes is split: the new table is filled, then takes the page's place")
    void splits() {
        PageTables tables = tables(x86());
        tables.map(M2, 4 * M2, M2, READ | WRITE, USER | X86Walker.ACCESSED | X86Walker.DIRTY | 1 << 12);
        journal.events.clear();
        tables.unmap(M2 + 0x3000, 0x1000);

        assertThat(journal.brief()).containsExactly(SET, LINK, SET, "invalidates 0x1000 bytes at 0x203000");
        assertThat(tables.leaf(M2 + 0x3000)).isZero();
        long pat = 1 << 7;
        long common = 1 | 2 | USER | X86Walker.ACCESSED | X86Walker.DIRTY | pat | 1L << 63;
        assertThat(tables.leaf(M2)).isEqualTo(4 * M2 | common);
        assertThat(tables.leaf(2 * M2 - 1)).isEqualTo(5 * M2 - 0x1000 | common);
    }

    @Test
    @DisplayName("a 1 GiB page of which one page is protected becomes 2 MiB pages and one table of 4 KiB pages")
    void splitsTwice() {
        PageTables tables = tables(x86());
        tables.map(G1, 2 * G1, G1, READ | WRITE, USER);
        tables.protect(G1 + M2, 0x1000, READ);
        assertThat(shiftAt(tables, G1)).isEqualTo(21);
        assertThat(shiftAt(tables, G1 + M2)).isEqualTo(12);
        assertThat(tables.leaf(G1 + M2) & 2).isZero();
        assertThat(tables.leaf(G1 + M2 + 0x1000) & 2).isNotZero();
        assertThat(tables.leaf(G1) & 2).isNotZero();
    }

    @Test
    @DisplayName("DDI 0487 D8.16 (break-before-make): the block becomes invalid, is invalidated, and then "
            + "becomes a table")
    void breaksBeforeItMakes() {
        PageTables tables = tables(aarch64(0)).breakBeforeMake(true);
        tables.map(M2, 4 * M2, M2, READ | WRITE, AF_USER);
        journal.events.clear();
        tables.protect(M2, 0x1000, READ);
        assertThat(journal.brief())
                .containsExactly(
                        SET,
                        "invalidates 0x200000 bytes at 0x200000",
                        LINK,
                        SET,
                        "invalidates 0x1000 bytes at 0x200000");
        assertThat(shiftAt(tables, M2 + 0x1000)).isEqualTo(12);
    }

    @Test
    @DisplayName("DDI 0487 D8.7.1: a whole run gets the Contiguous bit, and loses it by break-before-make when a "
            + "part changes")
    void contiguousRun() {
        PageTables tables = tables(aarch64(0)).contiguous(true).breakBeforeMake(true);
        tables.map(0x10000, 0x50000, 0x18000, READ | WRITE, AF_USER);
        assertThat(shiftAt(tables, 0x10000)).isEqualTo(16);
        assertThat(shiftAt(tables, 0x20000)).isEqualTo(12);

        tables.protect(0x10000, 0x10000, READ);
        assertThat(shiftAt(tables, 0x10000)).isEqualTo(16);

        journal.events.clear();
        tables.unmap(0x12000, 0x1000);
        assertThat(journal.brief())
                .containsExactly(
                        SET, "invalidates 0x10000 bytes at 0x10000", SET, "invalidates 0x1000 bytes at 0x12000");
        assertThat(shiftAt(tables, 0x1f000)).isEqualTo(12);
        assertThat(tables.leaf(0x1f000) & CONTIGUOUS).isZero();
        assertThat(tables.leaf(0x12000)).isZero();
    }

    @Test
    @DisplayName("DDI 0487 D8.7.1: no run where the physical address is not aligned to one, or when nobody asks for it")
    void noContiguousRun() {
        PageTables unaligned = tables(aarch64(0)).contiguous(true);
        unaligned.map(0x10000, 0x51000, 0x20000, READ, AF_USER);
        assertThat(shiftAt(unaligned, 0x10000)).isEqualTo(12);
        PageTables unasked = tables(aarch64(0));
        unasked.map(0x10000, 0x50000, 0x10000, READ, AF_USER);
        assertThat(shiftAt(unasked, 0x10000)).isEqualTo(12);
    }

    @Test
    @DisplayName("what is mapped cannot be mapped, and then nothing has changed")
    void mapsOnlyWhatIsUnmapped() {
        PageTables tables = tables(x86());
        tables.map(0x3000, 0x8000, 0x1000, READ, USER);
        journal.events.clear();
        assertThatThrownBy(() -> tables.map(0, 0, G1, READ, USER)).isInstanceOf(IllegalStateException.class);
        assertThat(journal.events).isEmpty();
        assertThat(tables.leaf(0x1000)).isZero();
    }

    private static void assertRefuses(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("addresses are aligned to the smallest page and within reach")
    void addresses() {
        PageTables tables = tables(x86());
        assertRefuses(() -> tables.map(0x1800, 0, 0x1000, READ, USER));
        assertRefuses(() -> tables.map(0x1000, 0x800, 0x1000, READ, USER));
        assertRefuses(() -> tables.map(0x1000, 0, 0, READ, USER));
        assertRefuses(() -> tables.map(1L << 47, 0, 0x1000, READ, USER));
        assertRefuses(() -> tables.unmap((1L << 47) - 0x1000, 0x2000));
        assertRefuses(() -> tables.map(-0x1000, 0, 0x2000, READ, USER));
        tables.map(-0x1000, 0x1000, 0x1000, READ, USER);
        assertThat(tables.leaf(-1)).isNotZero();
    }

    @Test
    @DisplayName("a format refuses permissions that it cannot express, instead of giving more")
    void permissionsThatTheFormatLacks() {
        X86Entries noNx = new X86Entries(X86Walker.format(46, 0));
        assertRefuses(() -> noNx.page(1, 0, READ, 0));
        assertRefuses(() -> x86().page(1, 0, WRITE, 0));
        SecondLevelEntries secondLevel = new SecondLevelEntries(SecondLevelWalker.format(46, 4, 0));
        assertRefuses(() -> secondLevel.page(1, 0, READ, 0));
        assertRefuses(() -> secondLevel.page(1, 0, 0, 0));
        assertRefuses(() -> aarch64(0).page(1, 0, EXECUTE, 0));
    }

    @Test
    @DisplayName("DDI 0487 D8.5: where hardware keeps the dirty state, a writable page starts clean, and stays "
            + "dirty when protected")
    void dirtyStateSurvivesProtection() {
        PageTables tables = tables(aarch64(AArch64Format.HA | AArch64Format.HD));
        Entries entries = tables.entries();
        tables.map(0x1000, 0x8000, 0x1000, READ | WRITE, AF_USER);
        assertThat(entries.isDirty(tables.leaf(0x1000))).isFalse();
        Walk walk = new Walk(new PhysicalTables(ram, Tables.WALK)).as(((AArch64Entries) entries).format());
        walk.begin(tables.root(), entries.topLevel(), 0x1000, WRITE, false);
        new AArch64Walker().walk(walk);
        assertThat(walk.isDone()).isTrue();
        assertThat(entries.isDirty(tables.leaf(0x1000))).isTrue();
        tables.protect(0x1000, 0x1000, READ);
        assertThat(tables.leaf(0x1000) & AArch64Walker.DBM).isZero();
        assertThat(entries.isDirty(tables.leaf(0x1000))).isTrue();
        walk.begin(tables.root(), entries.topLevel(), 0x1000, WRITE, false);
        new AArch64Walker().walk(walk);
        assertThat(walk.fault()).isEqualTo(WalkFault.PERMISSION);
    }
}
