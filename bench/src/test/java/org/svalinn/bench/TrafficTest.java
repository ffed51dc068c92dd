package org.svalinn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.machine.Steps;
import org.svalinn.machine.memory.Ram;

/** The benchmarks measure what they say: counted in accesses of memory. */
class TrafficTest {
    private static final int LEVELS = 4;

    private final Counter counter = new Counter();

    /** Counts accesses of memory; everything else is as without a scheduler. */
    private static final class Counter implements Steps {
        private long reads;
        private long writes;

        @Override
        public void step(Operation operation, long object, long parts, Site site) {
            if (object < Ram.object((long) Traffic.PAGES << Ram.PAGE_SHIFT)) {
                if (operation == Operation.READ) {
                    reads++;
                } else {
                    writes++;
                }
            }
        }

        @Override
        public void stepRange(Operation operation, long firstObject, int count, Site site) {
            step(operation, firstObject, ALL, site);
        }

        @Override
        public void await(Operation operation, long object, long parts, BooleanSupplier enabled, Site site) {
            DIRECT.await(operation, object, parts, enabled, site);
        }

        @Override
        public int choose(int alternatives, Site site) {
            return DIRECT.choose(alternatives, site);
        }

        @Override
        public void report(Violation violation) {
            DIRECT.report(violation);
        }

        @Override
        public Violation.End end(String role, Site site) {
            return new Violation.End(role, "the counter", List.of(site));
        }

        @Override
        public void note(String text) {}
    }

    private Traffic traffic(String on) {
        Traffic traffic = Traffic.on(on, counter, Board.DEVICES);
        counter.reads = 0;
        counter.writes = 0;
        return traffic;
    }

    @ParameterizedTest
    @ValueSource(strings = {"VT-d", "SMMUv3"})
    void aHitReadsNothing(String on) {
        Traffic traffic = traffic(on);
        assertThat(traffic.translate()).isPositive();
        assertThat(counter.reads + counter.writes).isZero();
        traffic.check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"VT-d", "SMMUv3"})
    void aWalkReadsEveryLevelAndNoDeviceTable(String on) {
        Traffic traffic = traffic(on);
        traffic.board().forgetTranslations();
        counter.reads = 0;
        counter.writes = 0;
        traffic.translate();
        assertThat(counter.reads).isEqualTo(Board.DEVICES * LEVELS);
        assertThat(counter.writes).isZero();
        traffic.check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"VT-d", "SMMUv3"})
    void withNothingCachedEveryDeviceTableIsReadToo(String on) {
        Traffic traffic = traffic(on);
        traffic.board().forgetEverything();
        counter.reads = 0;
        traffic.translate();
        // At least an entry for the function and one for the PASID.
        assertThat(counter.reads).isGreaterThanOrEqualTo(Board.DEVICES * (LEVELS + 2));
        traffic.check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"VT-d", "SMMUv3"})
    void aTranslationRequestWalks(String on) {
        Traffic traffic = traffic(on);
        traffic.board().forgetTranslations();
        counter.reads = 0;
        assertThat(traffic.requestTranslations()).isEqualTo(traffic.translate());
        assertThat(counter.reads).isEqualTo(Board.DEVICES * LEVELS);
        traffic.check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"VT-d", "SMMUv3"})
    void pageRequestsComeToTheirQueueAndAreAnswered(String on) {
        Traffic traffic = traffic(on);
        for (int round = 0; round < 300; round++) {
            traffic.requestPages();
            traffic.board().takePageRequests();
            traffic.requestPage();
            traffic.board().answerPageRequest();
        }
        assertThat(traffic.board().pagesTaken()).isEqualTo(300 * (Board.DEVICES + 1));
        traffic.check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"VT-d", "SMMUv3"})
    void anInvalidationMakesTheFirstDeviceWalkAndNoOther(String on) {
        Traffic traffic = traffic(on);
        for (int round = 0; round < 300; round++) {
            traffic.board().invalidate();
            traffic.board().invalidateAndWait();
        }
        counter.reads = 0;
        traffic.translate();
        assertThat(counter.reads).isBetween(1L, (long) LEVELS);
    }

    @Test
    void aPageRequestThatIsNotTakenIsNoticed() {
        Traffic traffic = traffic("VT-d");
        traffic.requestPages();
        assertThatThrownBy(traffic::check).hasMessageContaining("0 of 16 page requests");
    }
}
