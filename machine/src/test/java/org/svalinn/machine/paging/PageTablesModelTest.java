package org.svalinn.machine.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.memory.Ram;

/** Random changes of an address space, in every format, against a map of its pages that knows nothing of tables. */
@DisplayName("Page tables translate as a map of pages does")
class PageTablesModelTest {
    private static final int SEEDS = 12;
    private static final int CHANGES = 60;
    private static final int RAM_PAGES = 1 << 15;

    /** What one smallest page is mapped to. */
    private record Page(long physical, int access) {}

    /** The address space by page number, and what is needed to change it at random. */
    private static final class Trial {
        final Formats format;
        final SplittableRandom random;
        final Ram ram = new Ram(Steps.DIRECT, RAM_PAGES);
        final CountingPages pages = new CountingPages(ram);
        final TreeMap<Long, Page> model = new TreeMap<>();
        final PageTables tables;
        final Walk walk;
        final long size;
        final long[] places;

        Trial(Formats format, long seed) {
            this.format = format;
            random = new SplittableRandom(seed);
            size = format.pageSize();
            tables = new PageTables(format.entries(), ram, pages, TableInvalidation.NONE)
                    .breakBeforeMake(random.nextBoolean())
                    .contiguous(random.nextBoolean())
                    .largest(1 + random.nextInt(3));
            walk = new Walk(new PhysicalTables(ram, Tables.WALK)).as(format.format());
            places = places();
        }

        /** A few places to be busy at: both ends, and somewhere where large pages begin. */
        private long[] places() {
            long reach = format.reach();
            long large = format.entries().mapsAt(2) ? 1L << format.entries().shift(2) : size;
            long inner = random.nextLong(reach / large) * large;
            return new long[] {format.lowest(), format.lowest() + inner, format.lowest() + reach - 64 * size};
        }

        void change() {
            long address = places[random.nextInt(places.length)];
            boolean aligned = random.nextInt(3) == 0;
            address += aligned ? 0 : random.nextInt(64) * size;
            long most = (format.lowest() + format.reach() - address) / size;
            boolean many = random.nextInt(3) == 0;
            long bytes = Math.min(most, 1 + (many ? random.nextLong(2000) : random.nextInt(40))) * size;
            long large = 1L << format.entries().shift(2);
            if (aligned && random.nextBoolean() && most >= large / size) {
                bytes = large;
            }
            int access = format.access(random);
            switch (random.nextInt(4)) {
                case 0 -> {
                    tables.unmap(address, bytes);
                    pagesOf(address, bytes).clear();
                }
                case 1 -> {
                    tables.protect(address, bytes, access);
                    pagesOf(address, bytes).replaceAll((number, page) -> new Page(page.physical, access));
                }
                default -> map(address, bytes, access);
            }
        }

        private void map(long address, long bytes, int access) {
            int bits = 40 - format.entries().shift(2);
            long physical = random.nextLong(1L << bits) << format.entries().shift(2);
            if (random.nextInt(3) == 0) {
                physical += random.nextInt(64) * size;
            }
            long from = physical;
            if (!pagesOf(address, bytes).isEmpty()) {
                assertThatThrownBy(() -> tables.map(address, from, bytes, access, format.attributes()))
                        .isInstanceOf(IllegalStateException.class);
                return;
            }
            tables.map(address, physical, bytes, access, format.attributes());
            for (long offset = 0; offset < bytes; offset += size) {
                model.put((address + offset) / size, new Page(physical + offset, access));
            }
        }

        private Map<Long, Page> pagesOf(long address, long bytes) {
            return model.subMap(address / size, true, (address + bytes) / size - 1, true);
        }

        void checkSomewhere() {
            long page = places[random.nextInt(places.length)] / size + random.nextInt(2100) - 20;
            long address = page * size + random.nextLong(size);
            if (!format.entries().covers(address, 1)) {
                return;
            }
            Page expected = model.get(Math.floorDiv(address, size));
            int wanted = 1 + random.nextInt(7);
            walk.begin(tables.root(), format.entries().topLevel(), address, wanted, false);
            format.walker().walk(walk);
            if (expected == null) {
                assertThat(walk.fault()).isEqualTo(WalkFault.NOT_PRESENT);
                assertThat(tables.leaf(address)).isZero();
                return;
            }
            assertThat(walk.permitted()).isEqualTo(expected.access);
            assertThat(walk.physical()).isEqualTo(expected.physical | address & size - 1);
            boolean refused = (wanted & ~expected.access) != 0;
            assertThat(walk.fault()).isEqualTo(refused ? WalkFault.PERMISSION : WalkFault.NONE);
            if (!refused && (wanted & Access.WRITE) != 0) {
                assertThat(format.entries().isDirty(tables.leaf(address))).isTrue();
            }
            checkRun(address, expected);
        }

        /** All that is said to be one page, or contiguous, is mapped alike. */
        private void checkRun(long address, Page expected) {
            long run = 1L << walk.contiguousShift();
            assertThat((walk.physical() ^ address) & run - 1).as("a run is aligned in both").isZero();
            long first = address & -run;
            for (int i = 0; i < 4; i++) {
                long other = first + random.nextLong(run);
                Page page = model.get(Math.floorDiv(other, size));
                long moved = (other & -size) - (address & -size);
                assertThat(page).isEqualTo(new Page(expected.physical + moved, expected.access));
            }
        }
    }

    static List<Formats> formats() {
        return Formats.all();
    }

    @ParameterizedTest
    @MethodSource("formats")
    @DisplayName("whatever is mapped, unmapped, protected and split, in every format")
    void asTheModel(Formats format) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Trial trial = new Trial(format, seed);
            try {
                for (int i = 0; i < CHANGES; i++) {
                    trial.change();
                    for (int j = 0; j < 40; j++) {
                        trial.checkSomewhere();
                    }
                }
                trial.tables.unmapAll();
                assertThat(trial.pages.inUse()).as("tables left").isEqualTo(1);
                trial.tables.free();
                assertThat(trial.pages.inUse()).isZero();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(format + ", seed " + seed, e);
            }
        }
    }
}
