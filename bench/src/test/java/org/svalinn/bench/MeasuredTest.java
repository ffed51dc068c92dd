package org.svalinn.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;

class MeasuredTest {
    private static Collection<BenchmarkListEntry> benchmarks() {
        return BenchmarkList.defaultList().getAll(new ProgressOutput((what, done, total) -> {}, 0), List.of());
    }

    @Test
    void everyBenchmarkIsMeasuredAndNothingElse() {
        assertThat(Arrays.stream(Measured.values()).map(Measured::benchmark))
                .containsExactlyInAnyOrderElementsOf(benchmarks().stream().map(BenchmarkListEntry::getUsername).toList());
    }

    @Test
    void theNumberOfVariantsIsThatOfTheParameter() {
        for (BenchmarkListEntry benchmark : benchmarks()) {
            String[] on = benchmark.getParams().orElse(Map.of()).get(MachineBench.ON);
            assertThat(Arrays.stream(Measured.values())
                            .filter(each -> each.benchmark().equals(benchmark.getUsername()))
                            .map(Measured::variants))
                    .as(benchmark.getUsername())
                    .containsExactly(on == null ? 1 : on.length);
        }
    }
}
