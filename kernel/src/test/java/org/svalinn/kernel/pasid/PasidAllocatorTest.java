package org.svalinn.kernel.pasid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.kernel.pasid.PasidAllocator.Policy;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.Mix;
import org.svalinn.kernel.sync.Mix.Cell;
import org.svalinn.kernel.sync.Trial;

class PasidAllocatorTest {
    private static final Site HERE = Site.named("the test");

    /** Without anybody beside it. */
    private static void alone(Consumer<Core> test) {
        Verdict verdict = Explorer.of(run -> {
                    test.accept(Trial.core(run));
                    run.spawn("nobody", () -> {});
                })
                .explore();
        assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    void lowestFirstGivesBackWhatWasFreedLast() {
        alone(core -> {
            PasidAllocator pasids = new PasidAllocator(core, Policy.LOWEST_FIRST);
            assertThat(List.of(take(pasids), take(pasids), take(pasids))).containsExactly(1, 2, 3);
            assertThat(pasids.put(2)).isTrue();
            assertThat(List.of(take(pasids), take(pasids))).containsExactly(2, 4);
        });
    }

    @Test
    void cyclicGivesBackAsLateAsCanBe() {
        alone(core -> {
            PasidAllocator pasids = new PasidAllocator(core, Policy.CYCLIC);
            assertThat(pasids.allocate(1, 4)).isEqualTo(1);
            pasids.put(1);
            assertThat(pasids.allocate(1, 4)).isEqualTo(2);
            assertThat(pasids.allocate(1, 4)).isEqualTo(3);
            assertThat(pasids.allocate(1, 4)).isEqualTo(4);
            assertThat(pasids.allocate(1, 4)).isEqualTo(1);
            assertThat(pasids.allocate(1, 4)).isEqualTo(PasidAllocator.INVALID);
            pasids.put(3);
            assertThat(pasids.allocate(1, 4)).isEqualTo(3);
        });
    }

    @Test
    void eachDeviceHasItsRange() {
        alone(core -> {
            PasidAllocator pasids = new PasidAllocator(core, Policy.LOWEST_FIRST);
            assertThat(pasids.allocate(1, 1)).isEqualTo(1);
            assertThat(pasids.allocate(1, 1)).isEqualTo(PasidAllocator.INVALID);
            assertThat(pasids.allocate(8, 9)).isEqualTo(8);
            assertThat(pasids.allocate(0, 9)).as("0 is somebody's who asks for it").isEqualTo(0);
            assertThat(pasids.allocate(1, 9)).isEqualTo(2);
            assertThat(pasids.inUse()).isEqualTo(4);
            assertThatThrownBy(() -> pasids.allocate(1, PasidAllocator.LAST + 1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> pasids.allocate(2, 1)).isInstanceOf(IllegalArgumentException.class);
        });
    }

    @Test
    void allTwentyBitsAreUsedAndUsedAgain() {
        for (Policy policy : Policy.values()) {
            alone(core -> {
                PasidAllocator pasids = new PasidAllocator(core, policy);
                for (int round = 0; round < 2; round++) {
                    for (int i = PasidAllocator.FIRST; i <= PasidAllocator.LAST; i++) {
                        if (take(pasids) != i) {
                            throw new AssertionError("not in order at " + i);
                        }
                    }
                    assertThat(take(pasids)).isEqualTo(PasidAllocator.INVALID);
                    assertThat(pasids.inUse()).isEqualTo(PasidAllocator.LAST);
                    pasids.put(123_456);
                    assertThat(take(pasids)).isEqualTo(123_456);
                    for (int i = PasidAllocator.FIRST; i <= PasidAllocator.LAST; i++) {
                        pasids.put(i);
                    }
                    assertThat(pasids.inUse()).isZero();
                    // Cyclic would go on behind the last one taken.
                    for (int i = 123_457; policy == Policy.CYCLIC && i <= PasidAllocator.LAST; i++) {
                        pasids.put(take(pasids));
                    }
                }
            });
        }
    }

    @Test
    void itIsLikeASetOfIntegers() {
        alone(core -> {
            Random random = new Random(1);
            PasidAllocator pasids = new PasidAllocator(core, Policy.LOWEST_FIRST);
            List<Integer> taken = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                if (random.nextInt(5) < 3) {
                    int min = random.nextInt(40);
                    int max = min + random.nextInt(60);
                    int expected = min;
                    while (taken.contains(expected)) {
                        expected++;
                    }
                    int got = pasids.allocate(min, max);
                    assertThat(got).isEqualTo(expected <= max ? expected : PasidAllocator.INVALID);
                    if (got != PasidAllocator.INVALID) {
                        taken.add(got);
                    }
                } else if (!taken.isEmpty()) {
                    assertThat(pasids.put(taken.remove(random.nextInt(taken.size())))).isTrue();
                }
                assertThat(pasids.inUse()).isEqualTo(taken.size());
            }
        });
    }

    @Test
    void itIsFreeWhenTheLastReferenceIsGivenBack() {
        alone(core -> {
            List<Integer> asked = new ArrayList<>();
            PasidAllocator pasids = new PasidAllocator(core, Policy.LOWEST_FIRST, asked::add);
            int pasid = take(pasids);
            pasids.get(pasid);
            assertThat(pasids.put(pasid)).isFalse();
            assertThat(asked).isEmpty();
            assertThat(pasids.put(pasid)).isTrue();
            assertThat(asked).containsExactly(pasid);
        });
    }

    @Test
    void memoryIsAskedBeforeAnybodyElseCanHaveIt() {
        assertThat(Trial.checks(core -> handOver(core, true))).isEmpty();
        assertThat(Trial.checks(core -> handOver(core, false))).containsExactly("use-after-free");
    }

    /** The one who looks whether an entry is gone meets the next owner's, if the PASID is free too early. */
    private static void handOver(Core core, boolean inTime) {
        Cell[] entry = {new Cell(core)};
        PasidAllocator pasids = new PasidAllocator(core, Policy.LOWEST_FIRST, pasid -> {
            if (inTime) {
                entry[0].get();
            }
        });
        int first = pasids.allocate(1, 1);
        core.scheduler().spawn("first", () -> {
            pasids.put(first);
            if (!inTime) {
                entry[0].get();
            }
        });
        core.scheduler().spawn("second", () -> {
            if (pasids.allocate(1, 1) == first) {
                entry[0].free(HERE);
            }
        });
    }

    @Test
    void aFreePasidHasNoReferences() {
        assertThat(Trial.violations(core -> {
                    PasidAllocator pasids = new PasidAllocator(core, Policy.LOWEST_FIRST);
                    core.scheduler().spawn("task", () -> {
                        int pasid = take(pasids);
                        pasids.put(pasid);
                        pasids.put(pasid);
                        pasids.get(pasid);
                    });
                }))
                .containsExactly(
                        "refcount: a reference is given back to PASID 1, which is free",
                        "refcount: a reference is taken to PASID 1, which is free");
    }

    @Test
    void twoAllocationsAreTwoPasids() {
        assertThat(Trial.outcomes(core -> {
                    PasidAllocator pasids = new PasidAllocator(core, Policy.LOWEST_FIRST);
                    int[] got = new int[2];
                    core.scheduler().spawn("one", () -> got[0] = take(pasids));
                    core.scheduler().spawn("two", () -> {
                        got[1] = take(pasids);
                        pasids.put(got[1]);
                    });
                    return () -> got[0] + " " + got[1];
                }))
                .containsExactly("1 1", "1 2", "2 1");
    }

    @Test
    void searchesLoseNothing() {
        for (Policy policy : Policy.values()) {
            Mix.compare(
                    core -> {
                        PasidAllocator pasids = new PasidAllocator(core, policy);
                        int shared = take(pasids);
                        return new Mix.World(
                                        (me, log) -> log.append(pasids.allocate(1, 2)),
                                        (me, log) -> {
                                            int mine = pasids.allocate(1, 3);
                                            log.append(mine);
                                            if (mine != PasidAllocator.INVALID) {
                                                pasids.put(mine);
                                            }
                                        },
                                        (me, log) -> log.append(pasids.put(shared)),
                                        (me, log) -> {
                                            pasids.get(shared);
                                            log.append(pasids.put(shared));
                                        })
                                .with(() -> " " + pasids.inUse());
                    },
                    40);
        }
    }

    private static int take(PasidAllocator pasids) {
        return pasids.allocate(PasidAllocator.FIRST, PasidAllocator.LAST);
    }
}
