package org.svalinn.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;

class TablesTest {
    static final FloorUse USE = new FloorUse(
            List.of(
                    new FloorUse.CCode("toy_put", "drivers/toy/core.c", 7),
                    new FloorUse.CCode("toy_alloc", "drivers/toy/core.c", 1),
                    new FloorUse.CCode("toy_drop", "include/linux/toy_count.h", 9),
                    new FloorUse.CCode("svalinn_open", "svalinn/accelerator.c", 1)),
            List.of(new FloorUse.Provided("kfree", "mm/slab_common.c", 3)),
            List.of(new FloorUse.Provided("kfree", "mm/slab_common.c", 3), new FloorUse.Provided("mutex_lock", "kernel/locking/mutex.c", 0)));

    @Test
    void pinsSayWhoHoldsEachCountAndByWhichPath() {
        Golden.check("pins.txt", new PinsText(Style.PLAIN, 100).of(Samples.SUBJECT, "close accel", Samples.holdings()));
    }

    @Test
    void whoWantsAReferenceIsNamedAndNotWhatCountsIt() {
        Holding bond = new Holding("mm_count", "mm of parent", 2,
                new Violation.End("taken by", "parent", List.of(
                        Site.named("mmgrab"), new Site("Mm.java", 7, "Mm.grab"), new Site("Bonds.java", 8, "Bonds.bind"))),
                Optional.empty());

        assertThat(new PinsText(Style.PLAIN, 100).of(Samples.SUBJECT, "", List.of(bond)))
                .contains("taken by parent, in Bonds.bind at Bonds.java:8, making it 2")
                .contains("mmgrab      Mm.java:7")
                .doesNotContain("Mm.grab");
    }

    @Test
    void aRunThatTookNothingSaysSo() {
        assertThat(new PinsText(Style.PLAIN, 100).of(Samples.SUBJECT, "", List.of())).contains("No count was taken.");
    }

    @Test
    void theFloorIsToldByWhatItStandsFor() {
        FloorText text = new FloorText(Style.PLAIN, 100);
        Golden.check("floor.txt", text.scenario(Samples.SUBJECT, USE).whole(USE).text());
    }

    @Test
    void measuredTimesAreATable() {
        Golden.check("bench.txt", BenchTable.of(Style.PLAIN, "Linux 6.1.1", List.of(
                new BenchTable.Row("bind", "VERIFIED", 1200, 80, 1800, 24, 4800, 400),
                new BenchTable.Row("exit-before-close", "VIOLATED", 1200, 90, 71_200, 104_000, 21_000_000, 69_000))));
    }

    @Test
    void aReplayIsToldStepByStep() {
        ReplayText text = new ReplayText(Style.PLAIN, 100);
        StringBuilder all = new StringBuilder(text.heading(Samples.SUBJECT, Samples.leak()));
        String actor = "";
        for (var step : Samples.narrative().steps().subList(38, 49)) {
            all.append(text.step(step, !step.actor().equals(actor)));
            actor = step.actor();
        }
        all.append(text.ending(List.of(Samples.leak()), "at step 51 child was to acquire sva_lock, but child waits for rcu"));
        Golden.check("replay.txt", all.toString());
    }

    @Test
    void longWordsBreakWherePathsDo() {
        assertThat(Page.wrap("in drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c:1", 24))
                .containsExactly("in", "drivers/iommu/arm/arm-", "smmu-v3/arm-smmu-v3-sva.", "c:1");
        assertThat(Page.wrap("x".repeat(30), 20)).containsExactly("x".repeat(20), "x".repeat(10));
    }
}
