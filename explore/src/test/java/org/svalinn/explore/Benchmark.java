package org.svalinn.explore;

/**
 * How fast the engine is: run by hand, {@code java --add-exports java.base/jdk.internal.vm=ALL-UNNAMED -cp …
 * org.svalinn.explore.Benchmark}.
 */
final class Benchmark {
    private Benchmark() {}

    public static void main(String[] arguments) {
        for (int round = 0; round < 3; round++) {
            measure("references 6", Litmus.references(6, true));
            measure("counted 6", Litmus.countedReferences(6));
            measure("lastZero 10", Litmus.lastZero(10));
            measure("mutex 8", Litmus.mutex(8));
            measure("readers 14", Litmus.readers(14));
            measure("philosophers 9", Litmus.philosophers(9, true));
            measure("long 2000", longRuns(2000, 11));
        }
    }

    private static void measure(String name, Program program) {
        long began = System.nanoTime();
        Coverage coverage = Explorer.of(program).explore().coverage();
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "%-16s %9d executions (%d pruned) in %.3f s: %,.0f executions/s, %,.0f steps/s%n",
                name, coverage.executions(), coverage.pruned(), seconds,
                coverage.executions() / seconds, coverage.steps() / seconds);
    }

    /** Long private stretches before, between and after a few races, as compiled C has them. */
    private static Program longRuns(int steps, int races) {
        return run -> {
            Cell[] shared = Litmus.cells(run, races, 0);
            for (int actor = 0; actor < 2; actor++) {
                long base = 1000L * (actor + 1);
                Site[] sites = new Site[64];
                for (int k = 0; k < sites.length; k++) {
                    sites[k] = Site.named("site" + k);
                }
                run.spawn("p" + actor, () -> {
                    for (int k = 0; k < steps / 2; k++) {
                        run.step(k % 3 == 0 ? Operation.WRITE : Operation.READ, base + k % 200, 0xff, sites[k % 64]);
                        if (k % (steps / 2 / races) == 0) {
                            shared[k / (steps / 2 / races) % races].write(1, "race");
                        }
                    }
                });
            }
        };
    }
}
