package org.svalinn.kernel.mm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.kernel.mm.World.PAGE;
import static org.svalinn.kernel.mm.World.V5_18;
import static org.svalinn.kernel.mm.World.explore;
import static org.svalinn.kernel.mm.World.verified;
import static org.svalinn.kernel.mm.World.violations;

import org.junit.jupiter.api.Test;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.pasid.PasidAllocator;

/** Who uses an address space, and how it goes: {@code kernel/fork.c}. */
class MmTest {
    @Test
    void twoUsersPutAtOnce() {
        verified(explore(V5_18, world -> {
            Mm mm = world.mm("process", 1);
            mm.get();
            world.actor("one", mm::put);
            world.actor("two", mm::put);
        }));
    }

    @Test
    void onePutTooManyFallsBelowZero() {
        assertThat(violations(explore(V5_18, world -> {
                    Mm mm = world.mm("process", 0);
                    mm.grab();
                    world.actor("one", mm::put);
                    world.actor("two", () -> {
                        mm.put();
                        mm.drop();
                    });
                })))
                .contains("refcount");
    }

    @Test
    void aReferenceThatIsNotGivenBackIsALeak() {
        assertThat(violations(explore(V5_18, world -> {
                    Mm mm = world.mm("process", 1);
                    mm.grab();
                    world.actor("one", mm::put);
                })))
                .containsExactly("leak");
    }

    @Test
    void whoHoldsNothingUsesWhatIsFreed() {
        assertThat(violations(explore(V5_18, world -> {
                    Mm mm = world.mm("process", 0);
                    world.actor("one", mm::put);
                    world.actor("two", () -> {
                        if (mm.getNotZero()) {
                            mm.put();
                        }
                    });
                })))
                .containsExactly("use-after-free");
    }

    @Test
    void getNotZeroAgainstTheLastPut() {
        verified(explore(V5_18, world -> {
            Mm mm = world.mm("process", 1);
            mm.grab();
            world.actor("one", mm::put);
            world.actor("two", () -> {
                if (mm.getNotZero()) {
                    if (!mm.fault(PAGE, false)) {
                        world.violate("gone", "the address space is gone while it is used");
                    }
                    mm.put();
                }
                mm.drop();
            });
        }));
    }

    @Test
    void aWorkerPutsTheLast() {
        verified(explore(V5_18, world -> {
            Mm mm = world.mm("process", 1);
            mm.get();
            world.actor("one", mm::putAsync);
            world.actor("two", mm::put);
        }));
    }

    @Test
    void mmputSleepsAndMmputAsyncDoesNot() {
        assertThat(violations(explore(V5_18, world -> {
                    Mm mm = world.mm("process", 0);
                    world.actor("one", () -> {
                        world.core.atomicity().enter("in an interrupt");
                        mm.put();
                        world.core.atomicity().leave();
                    });
                })))
                .contains("sleeping-in-atomic");
        verified(explore(V5_18, world -> {
            Mm mm = world.mm("process", 0);
            world.actor("one", () -> {
                world.core.atomicity().enter("in an interrupt");
                mm.putAsync();
                world.core.atomicity().leave();
            });
        }));
    }

    @Test
    void aKernelThreadThatBorrowsHoldsTheStructOnly() {
        verified(explore(V5_18, world -> {
            Mm mm = world.mm("process", 1);
            mm.grab();
            world.actor("process", mm::put);
            world.actor("idle", () -> {
                LazyTlb lazy = new LazyTlb();
                lazy.enter(mm);
                mm.drop();
                mm.use(Site.named("switch_mm"));
                lazy.leave();
            });
        }));
    }

    @Test
    void oneThatHoldsNothingBorrowsWhatIsFreed() {
        assertThat(violations(explore(V5_18, world -> {
                    Mm mm = world.mm("process", 1);
                    world.actor("process", mm::put);
                    world.actor("idle", () -> mm.read(32, Site.named("switch_mm")));
                })))
                .containsExactly("use-after-free");
    }

    @Test
    void thePasidGoesWithTheStructOrWithTheAddressSpace() {
        for (Design design : new Design[] {Design.V5_18, Design.V5_18_RC}) {
            boolean withStruct = design == Design.V5_18;
            Verdict verdict = explore(Variant.of(design), world -> {
                Mm mm = world.mm("process", 0);
                mm.setPasid(world.pasids.allocate(PasidAllocator.FIRST, PasidAllocator.LAST));
                mm.grab();
                world.actor("one", () -> {
                    mm.put();
                    if (world.pasids.inUse() != (withStruct ? 1 : 0)) {
                        world.violate("pasid", "the PASID goes at another time");
                    }
                    mm.drop();
                });
            });
            verified(verdict);
        }
    }

    @Test
    void aChildOfForkHasNoPasid() {
        verified(explore(V5_18, world -> {
            Mm parent = world.mm("parent", 1);
            parent.setPasid(world.pasids.allocate(PasidAllocator.FIRST, PasidAllocator.LAST));
            world.actor("parent", () -> {
                Mm child = world.memory.duplicate(parent, "child");
                if (child.pasid() != PasidAllocator.INVALID) {
                    world.violate("pasid", "inherited");
                }
                child.put();
                parent.put();
            });
        }));
    }
}
