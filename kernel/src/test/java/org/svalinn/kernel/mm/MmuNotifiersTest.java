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
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;

/** Who is told of what happens to an address space: {@code mm/mmu_notifier.c}. */
class MmuNotifiersTest {
    private static Verdict putAgainstAWalk(Variant variant) {
        return explore(variant, world -> {
            Mm mm = world.mm("process", 1);
            World.Listener listener = new World.Listener(world, "listener");
            mm.notifiers().register(listener);
            world.actor("process", () -> {
                mm.mmap().unmap(PAGE, PAGE);
                mm.put();
            });
            world.actor("driver", () -> mm.notifiers().put(listener));
        });
    }

    @Test
    void whatIsPutIsFreedWhenNoWalkCallsItAnyMore() {
        verified(putAgainstAWalk(V5_18));
    }

    @Test
    void freedAtOnceItIsCalledAfterIt() {
        assertThat(violations(putAgainstAWalk(V5_18.without(Omission.GRACE_PERIOD)))).contains("use-after-free");
    }

    private static Verdict unregisterAgainstAWalk(Variant variant) {
        return explore(variant, world -> {
            Mm mm = world.mm("process", 1);
            World.Listener listener = new World.Listener(world, "listener");
            mm.notifiers().register(listener);
            world.actor("process", () -> {
                mm.mmap().unmap(PAGE, PAGE);
                mm.put();
            });
            world.actor("driver", () -> {
                mm.notifiers().unregister(listener);
                if (listener.released == 0) {
                    world.violate("release", "nobody has called release()");
                }
                listener.kfree();
            });
        });
    }

    @Test
    void whoHasUnregisteredMayFree() {
        verified(unregisterAgainstAWalk(V5_18));
    }

    @Test
    void whoHasNotWaitedMayNot() {
        assertThat(violations(unregisterAgainstAWalk(V5_18.without(Omission.GRACE_PERIOD)))).contains("use-after-free");
    }

    private static Verdict putAfterExit(Variant variant) {
        return explore(variant, world -> {
            Mm mm = world.mm("process", 0);
            World.Listener listener = new World.Listener(world, "listener");
            mm.notifiers().register(listener);
            world.actor("process", mm::put);
            world.actor("driver", () -> mm.notifiers().put(listener));
        });
    }

    @Test
    void aNotifierHoldsTheStruct() {
        verified(putAfterExit(V5_18));
    }

    @Test
    void aNotifierThatDoesNotIsPutTooLate() {
        assertThat(violations(putAfterExit(V5_18.without(Omission.NOTIFIER_MMGRAB)))).contains("use-after-free");
    }

    @Test
    void releaseIsCalledOnceByExitAndBeforeAnyPageGoes() {
        verified(explore(V5_18, world -> {
            Mm mm = world.mm("process", 2);
            World.Listener listener = new World.Listener(world, "listener");
            listener.onRelease = released -> {
                if (released.pages().pages() != 2) {
                    world.violate("order", "pages are gone before release()");
                }
            };
            mm.notifiers().register(listener);
            world.actor("process", () -> {
                mm.put();
                if (listener.released != 1 || listener.invalidated != 0) {
                    world.violate("release", "called " + listener.released + " times");
                }
                mm.notifiers().put(listener);
            });
        }));
    }

    @Test
    void exitWaitsForAReleaseThatUnregisterCalled() {
        verified(explore(V5_18, world -> {
            Mm mm = world.mm("process", 1);
            World.Listener listener = new World.Listener(world, "listener");
            listener.onRelease = released -> {
                // As in the kernel, unregister may find it registered, and call release() when exit is over
                int before = released.pages().pages();
                listener.read(1, Site.named("zaps"));
                if (released.pages().pages() != before) {
                    world.violate("order", "pages go while release() is under way");
                }
            };
            mm.notifiers().register(listener);
            world.actor("process", mm::put);
            world.actor("driver", () -> {
                mm.notifiers().unregister(listener);
                listener.kfree();
            });
        }));
    }

    @Test
    void twoGetOneNotifierAndTheLastPutFreesIt() {
        verified(explore(V5_18, world -> {
            Mm mm = world.mm("process", 0);
            for (String name : new String[] {"one", "two"}) {
                mm.get();
                world.actor(name, () -> {
                    MmuNotifier notifier = mm.notifiers()
                            .get(World.Listener.class, () -> new World.Listener(world, "listener"));
                    notifier.read(1, Site.named("uses it"));
                    mm.notifiers().put(notifier);
                    mm.put();
                });
            }
            world.actor("process", mm::put);
        }));
    }

    @Test
    void toSynchronizeWaitsForWalksButNotForWhatIsFreedAfterThem() {
        assertThat(violations(explore(V5_18, world -> {
                    Mm mm = world.mm("process", 1);
                    World.Listener listener = new World.Listener(world, "listener");
                    mm.notifiers().register(listener);
                    world.actor("driver", () -> {
                        mm.notifiers().put(listener);
                        world.memory.synchronizeNotifiers();
                        if (!listener.isFreed()) {
                            world.violate("not freed", "its callback has not run");
                        }
                    });
                    world.last(mm::put);
                })))
                .containsExactly("not freed");
    }

    @Test
    void onePutTooMany() {
        assertThat(violations(explore(V5_18, world -> {
                    Mm mm = world.mm("process", 0);
                    World.Listener listener = new World.Listener(world, "listener");
                    mm.notifiers().register(listener);
                    world.actor("process", () -> {
                        mm.notifiers().put(listener);
                        mm.notifiers().put(listener);
                        mm.put();
                    });
                })))
                .contains("refcount");
    }

    @Test
    void registerNeedsMmUsers() {
        assertThat(violations(explore(V5_18, world -> {
                    Mm mm = world.mm("process", 0);
                    mm.grab();
                    world.actor("process", mm::put);
                    world.actor("driver", () -> {
                        World.Listener listener = new World.Listener(world, "listener");
                        mm.notifiers().register(listener);
                        mm.notifiers().put(listener);
                        mm.drop();
                    });
                })))
                .contains("kernel-bug");
    }
}
