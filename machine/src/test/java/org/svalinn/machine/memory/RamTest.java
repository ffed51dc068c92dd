package org.svalinn.machine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Program;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;
import org.svalinn.machine.MachineViolation;
import org.svalinn.machine.Steps;

class RamTest {
    private static final Owner PROCESS = new Owner("process");
    private static final Owner OTHER = new Owner("another process");
    private static final Use CPU = Use.of(Use.Kind.SOFTWARE, "a store");
    private static final Site FREES = Site.named("frees the page");

    private final Ram ram = new Ram(Steps.DIRECT, 64);

    @Test
    void everyWidthReadsWhatWasWrittenLittleEndian() {
        long page = ram.allocate(PageState.KERNEL, Owner.KERNEL);
        ram.write(page, 8, 0x8877665544332211L, CPU);

        assertThat(ram.read(page, 1, CPU)).isEqualTo(0x11);
        assertThat(ram.read(page + 2, 2, CPU)).isEqualTo(0x4433);
        assertThat(ram.read(page + 4, 4, CPU)).isEqualTo(0x88776655L);
        ram.write(page + 1, 1, 0xff, CPU);
        assertThat(ram.read(page, 8, CPU)).isEqualTo(0x887766554433ff11L);
    }

    @Test
    void atomicUpdatesReplaceOnlyWhatIsExpected() {
        long page = ram.allocate(PageState.KERNEL, Owner.KERNEL);
        ram.write(page, 8, 5, CPU);

        assertThat(ram.compareExchange(page, 8, 4, 9, CPU)).isEqualTo(5);
        assertThat(ram.compareExchange(page, 8, 5, 9, CPU)).isEqualTo(5);
        assertThat(ram.read(page, 8, CPU)).isEqualTo(9);
        assertThat(ram.compareExchange128(page, 9, 1, 7, 8, CPU)).isFalse();
        assertThat(ram.compareExchange128(page, 9, 0, 7, 8, CPU)).isTrue();
        long[] halves = new long[2];
        ram.read128(page, halves, CPU);
        assertThat(halves).containsExactly(7, 8);
        ram.write128(page, 1, 2, CPU);
        assertThat(ram.read(page + 8, 8, CPU)).isEqualTo(2);
    }

    @Test
    void randomAccessesAgreeWithAPlainArray() {
        SplittableRandom random = new SplittableRandom(20261124);
        long page = ram.allocate(PageState.KERNEL, Owner.KERNEL, 2);
        byte[] model = new byte[2 * Ram.PAGE_SIZE];
        for (int i = 0; i < 20_000; i++) {
            int size = 1 << random.nextInt(4);
            int offset = random.nextInt(model.length / size) * size;
            if (random.nextBoolean()) {
                long value = random.nextLong();
                ram.write(page + offset, size, value, CPU);
                for (int b = 0; b < size; b++) {
                    model[offset + b] = (byte) (value >>> 8 * b);
                }
            }
            long expected = 0;
            for (int b = size - 1; b >= 0; b--) {
                expected = expected << 8 | model[offset + b] & 0xff;
            }
            assertThat(ram.read(page + offset, size, CPU)).isEqualTo(expected);
        }
    }

    /** Rows: what the page is, what it is used for, on whose behalf, and the check that sees it; '-' for none. */
    @ParameterizedTest
    @CsvSource({
        "KERNEL,       SOFTWARE, -,       -",
        "USER,         DMA,      process, -",
        "USER,         DMA,      -,       -",
        "USER,         DMA,      another, isolation",
        "KERNEL,       DMA,      another, isolation",
        "PAGE_TABLE,   DMA,      process, isolation",
        "DEVICE_TABLE, DMA,      -,       isolation",
        "PAGE_TABLE,   WALK,     -,       -",
        "USER,         WALK,     -,       wrong-page",
        "DEVICE_TABLE, TABLE,    -,       -",
        "KERNEL,       TABLE,    -,       wrong-page",
        "KERNEL,       QUEUE,    -,       -",
        "USER,         QUEUE,    -,       wrong-page",
    })
    void aPageIsGoodOnlyForWhatItIs(PageState state, Use.Kind kind, String behalf, String check) {
        long page = ram.allocate(state, PROCESS);
        Use use = new Use(kind, behalf.equals("-") ? null : behalf.equals("process") ? PROCESS : OTHER, Site.named("here"));

        if (check.equals("-")) {
            assertThat(ram.read(page, 8, use)).isZero();
        } else {
            assertThat(violation(() -> ram.read(page, 8, use)).check()).isEqualTo(check);
        }
    }

    @ParameterizedTest
    @CsvSource({"DMA, dma-after-free", "WALK, walk-after-free", "SOFTWARE, use-after-free", "QUEUE, use-after-free"})
    void aFreedPageIsGoodForNothingAndTheReportNamesWhoFreedIt(Use.Kind kind, String check) {
        long page = ram.allocate(PageState.USER, PROCESS);
        ram.free(page, FREES);

        Violation violation = violation(() -> ram.write(page, 8, 1, Use.of(kind, "touches it")));
        assertThat(violation.check()).isEqualTo(check);
        assertThat(violation.ends()).extracting(Violation.End::role).containsExactly("freed by", "used by");
        assertThat(violation.ends().getFirst().path()).containsExactly(FREES);
        assertThat(violation.message()).contains("once of process");
    }

    @Test
    void freeingTwiceNamesBoth() {
        long page = ram.allocate(PageState.USER, PROCESS);
        ram.free(page, FREES);

        assertThat(violation(() -> ram.free(page, FREES)).ends())
                .extracting(Violation.End::role).containsExactly("freed by", "freed again by");
    }

    @Test
    void aPageThatWasNeverAllocatedIsWild() {
        assertThat(violation(() -> ram.read(0x5000, 8, CPU)).check()).isEqualTo("wild-access");
        assertThat(ram.contains(0x5000)).isTrue();
        assertThat(ram.contains(64L << 12)).isFalse();
        assertThat(ram.contains(-8)).isFalse();
    }

    @Test
    void aFreedPageComesBackOnlyWhereThatIsAskedFor() {
        long page = ram.allocate(PageState.USER, PROCESS);
        ram.free(page, FREES);
        assertThat(ram.allocate(PageState.USER, OTHER)).isNotEqualTo(page);

        ram.reuse(true);
        assertThat(ram.allocate(PageState.USER, OTHER)).isEqualTo(page);
        assertThat(ram.owner(page)).isSameAs(OTHER);
    }

    @Test
    void severalPagesAreAlignedToTheirNumber() {
        ram.allocate(PageState.KERNEL, Owner.KERNEL);
        long four = ram.allocate(PageState.KERNEL, Owner.KERNEL, 4);

        assertThat(four & 4 * Ram.PAGE_SIZE - 1).isZero();
        assertThatThrownBy(() -> ram.allocate(PageState.KERNEL, Owner.KERNEL, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ram.allocate(PageState.KERNEL, Owner.KERNEL, 64)).hasMessageContaining("in use");
    }

    @Test
    void aPageOfTwoIsGoodForBothUntilOneGivesItUp() {
        long page = ram.allocate(PageState.USER, PROCESS);
        Use mine = new Use(Use.Kind.DMA, PROCESS, Site.named("DMA"));
        Use others = new Use(Use.Kind.DMA, OTHER, Site.named("DMA"));
        assertThat(violation(() -> ram.read(page, 8, others)).check()).isEqualTo("isolation");
        ram.share(page, OTHER);
        ram.read(page, 8, mine);
        ram.read(page, 8, others);
        assertThat(ram.describe(page)).endsWith("a user page of process and another process");
        ram.unshare(page, PROCESS);
        ram.read(page, 8, others);
        assertThat(violation(() -> ram.read(page, 8, mine)).check()).isEqualTo("isolation");
    }

    @Test
    void anUnalignedAccessIsRefused() {
        long page = ram.allocate(PageState.KERNEL, Owner.KERNEL);

        assertThatThrownBy(() -> ram.read(page + 4, 8, CPU)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDeviceThatWritesWhileThePageIsFreedIsFoundInSomeOrderAndSoIsTheGoodOne() {
        TreeSet<String> seen = new TreeSet<>();
        Program race = run -> {
            Ram memory = new Ram(Steps.of(run), 8);
            long page = memory.allocate(PageState.USER, PROCESS);
            Use dma = new Use(Use.Kind.DMA, PROCESS, Site.named("DMA"));
            run.spawn("device", () -> {
                memory.write(page + 0x800, 8, 1, dma);
                seen.add(memory.state(page).name());
            });
            run.spawn("kernel", () -> memory.free(page, FREES));
        };
        Verdict verdict = Explorer.of(race).explore();

        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        assertThat(((Verdict.Violated) verdict).counterexamples())
                .extracting(counterexample -> counterexample.violation().check()).isEqualTo(List.of("dma-after-free"));
        assertThat(verdict.coverage().classes()).isEqualTo(2);
    }

    private static Violation violation(Runnable access) {
        try {
            access.run();
        } catch (MachineViolation thrown) {
            return thrown.violation();
        }
        throw new AssertionError("no violation");
    }
}
