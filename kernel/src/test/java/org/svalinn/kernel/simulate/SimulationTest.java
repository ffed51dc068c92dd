package org.svalinn.kernel.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.svalinn.kernel.design.Design;

class SimulationTest {
    private static final long MICROSECOND = 1_000;
    private static final long MILLISECOND = 1_000_000;
    private static final Parameters SMALL = small();

    private static Parameters small() {
        Parameters usual = Parameters.USUAL;
        return usual.with(usual.load().withProcesses(600, 100));
    }

    private static Parameters stopping(Parameters parameters, long time) {
        return parameters.with(parameters.hardware().withStop(Latency.of(time)));
    }

    static List<Design> designs() {
        return Design.ALL;
    }

    @ParameterizedTest
    @MethodSource("designs")
    void oneSeedHasOneResult(Design design) {
        Result result = Simulation.run(SMALL.with(design));
        assertThat(Simulation.run(SMALL.with(design))).isEqualTo(result);
        assertThat(Simulation.run(SMALL.with(design).withSeed(2)).duration()).isNotEqualTo(result.duration());
    }

    @ParameterizedTest
    @MethodSource("designs")
    void everythingIsGivenBackInTheEnd(Design design) {
        Result result = Simulation.run(SMALL.with(design).with(SMALL.load().withMapped(0)));
        assertThat(result.left().isNothing()).as("%s", result.left()).isTrue();
        assertThat(result.kills().toPages().count()).isEqualTo(100);
        assertThat(result.kills().toTables().never()).isZero();
        assertThat(result.exitToPages().count()).isEqualTo(500);
        assertThat(result.unbind().count()).isEqualTo(600);
        assertThat(result.pasids().binds()).isEqualTo(600);
        assertThat(result.traffic().pageRequests()).isGreaterThan(1000);
    }

    @Test
    void aBondThatPinsTheAddressSpaceKeepsItForEverWhenItMapsTheQueue() {
        Result result = Simulation.run(SMALL.with(Design.PIN_USERS).with(SMALL.load().withMapped(50)));
        assertThat(result.kills().toPages().never()).isBetween(30L, 70L);
        assertThat(result.kills().toPages().longest()).isEqualTo(Distribution.NEVER);
        assertThat(result.left().addressSpaces()).isEqualTo(result.left().pasids()).isPositive();
        assertThat(result.left().processes()).isZero();
    }

    @Test
    void aVictimWaitsForItsDeviceOnlyWhereReleaseTearsDown() {
        for (long stop : new long[] {MILLISECOND, 500 * MILLISECOND}) {
            Distribution quiesced = Simulation.run(stopping(SMALL.with(Design.V5_18), stop)).kills().toPages();
            assertThat(quiesced.longest()).isLessThan(5 * MILLISECOND);
            Result torn = Simulation.run(stopping(SMALL.with(Design.TEAR_DOWN_IN_RELEASE), stop));
            assertThat(torn.kills().toPages().median()).isGreaterThanOrEqualTo(stop);
            assertThat(torn.mmput().median()).isGreaterThanOrEqualTo(stop);
            assertThat(torn.violations()).containsOnlyKeys("reclaim-blocked");
        }
    }

    @Test
    void theReaperTakesWhatItMayWithoutTheDevice() {
        Parameters slow = stopping(SMALL.with(Design.TEAR_DOWN_IN_RELEASE), 500 * MILLISECOND);
        assertThat(Simulation.run(slow).kills().toPrivates().longest()).isLessThan(10 * MILLISECOND);
        Result without = Simulation.run(slow.with(slow.load().withReaper(false)));
        assertThat(without.kills().toPrivates().median()).isGreaterThanOrEqualTo(500 * MILLISECOND);
        Result allPrivate = Simulation.run(slow.with(slow.load().withPages(4096, 0)));
        assertThat(allPrivate.kills().toPages().longest()).isLessThan(10 * MILLISECOND);
        assertThat(allPrivate.kills().toTables().median()).isGreaterThanOrEqualTo(500 * MILLISECOND);
    }

    @Test
    void unbindWaitsForTheDevice() {
        Result result = Simulation.run(stopping(SMALL.with(Design.V5_18), 20 * MILLISECOND));
        assertThat(result.unbind().median()).isBetween(20 * MILLISECOND, 40 * MILLISECOND);
        assertThat(result.mmput().median()).isLessThan(5 * MILLISECOND);
    }

    @Test
    void invalidationsThatTakeLongerMakeMmputLonger() {
        Parameters quick = SMALL.with(SMALL.load().withPages(1, 0));
        Parameters slow = quick.with(quick.hardware().withLatencies(
                quick.hardware().stop(), quick.hardware().pageRequest(), Latency.of(300 * MICROSECOND)));
        assertThat(Simulation.run(slow).mmput().median())
                .isGreaterThanOrEqualTo(3 * 300 * MICROSECOND)
                .isGreaterThan(10 * Simulation.run(quick).mmput().median());
    }

    @ParameterizedTest
    @MethodSource("designs")
    void pasidsAreExhaustedAndUsedAgain(Design design) {
        int width = 255;
        Parameters crowded = SMALL.with(design)
                .with(SMALL.load().withProcesses(20, 0).withMapped(0).withExhaustion(true))
                .with(SMALL.hardware().withMaxPasid(width));
        Result result = Simulation.run(crowded);
        assertThat(result.pasids().peak()).isEqualTo(width);
        assertThat(result.pasids().refused()).isGreaterThanOrEqualTo(1000);
        assertThat(result.pasids().recycled()).isGreaterThanOrEqualTo(width - 20);
        assertThat(result.left().isNothing()).as("%s", result.left()).isTrue();
    }

    @Test
    void pasidsThatGoWithTheAddressSpaceAreFreedUnderADeviceThatStillWorks() {
        assertThat(Simulation.run(SMALL.with(Design.V5_18_RC)).pasids().reusedTooEarly()).isPositive();
        assertThat(Simulation.run(SMALL.with(Design.V5_18)).pasids().reusedTooEarly()).isZero();
    }

    @Test
    void progressGoesFromNothingToAll() {
        double[] last = {0};
        Simulation.run(SMALL, done -> {
            assertThat(done).isBetween(last[0], 1.0);
            last[0] = done;
        });
        assertThat(last[0]).isEqualTo(1);
    }

    @Test
    void timesAreKnownToASixtyFourthOfThemselves() {
        Histogram histogram = new Histogram();
        for (long i = 1; i <= 1000; i++) {
            histogram.add(i * 1_000_003);
        }
        Distribution all = histogram.distribution();
        assertThat(all.median()).isBetween(500L * 1_000_003, 508L * 1_000_003);
        assertThat(all.quantile(0.99)).isBetween(990L * 1_000_003, 1000L * 1_000_003);
        assertThat(all.longest()).isEqualTo(1000L * 1_000_003);
        histogram.addNever(1001);
        assertThat(histogram.distribution().median()).isEqualTo(Distribution.NEVER);
        for (long time : new long[] {0, 1, 63, 64, 65, 127, 128, 1 << 20, Long.MAX_VALUE / 2, Long.MAX_VALUE}) {
            Histogram one = new Histogram();
            one.add(time);
            assertThat(one.distribution().median()).isEqualTo(time);
            assertThat(one.distribution().buckets().getFirst().most()).isBetween(time, time + time / 64 < 0 ? Long.MAX_VALUE : time + time / 64);
        }
    }

    @Test
    void usageIsKeptInBoundedMemory() {
        Usage usage = new Usage();
        for (int second = 0; second < 100_000; second++) {
            usage.set(second * 1_000_000_000L, second % 10);
        }
        assertThat(usage.most()).hasSizeBetween(128, 256).containsOnly(9);
        assertThat(usage.peak()).isEqualTo(9);
        assertThat(usage.span() * usage.most().size()).isGreaterThanOrEqualTo(99_999_000_000_000L);
    }
}
