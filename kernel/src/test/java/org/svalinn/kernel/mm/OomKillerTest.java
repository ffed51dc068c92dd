package org.svalinn.kernel.mm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.kernel.mm.World.PAGE;
import static org.svalinn.kernel.mm.World.V5_18;
import static org.svalinn.kernel.mm.World.explore;
import static org.svalinn.kernel.mm.World.messages;
import static org.svalinn.kernel.mm.World.verified;
import static org.svalinn.kernel.mm.World.violations;

import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Verdict;
import org.svalinn.kernel.sync.Completion;

/** The OOM killer, its reaper, and what a victim's memory waits for: {@code mm/oom_kill.c}. */
class OomKillerTest {
    private static void kill(World world, Mm mm) {
        world.memory.oomKiller().kill(mm, () -> {});
    }

    @Test
    void reaperAgainstExit() {
        TreeSet<String> seen = new TreeSet<>();
        verified(explore(V5_18, world -> {
            Mm mm = world.mm("victim", 2);
            mm.get();
            mm.grab();
            world.actor("victim", mm::put);
            world.actor("killer", () -> {
                kill(world, mm);
                mm.put();
            });
            world.last(() -> {
                Victim victim = Objects.requireNonNull(mm.victim());
                seen.add(victim.pages() + " pages, " + victim.freedByReaper() + " by the reaper, "
                        + victim.freedByExit() + " by exit");
                if (victim.pages() != victim.freedByReaper() + victim.freedByExit()) {
                    world.violate("accounting", seen.toString());
                }
                mm.drop();
            });
        }));
        assertThat(seen).containsExactly(
                "2 pages, 0 by the reaper, 2 by exit", "2 pages, 2 by the reaper, 0 by exit");
    }

    @Test
    void theReaperFreesThePagesThoughTheProcessDoesNotExit() {
        verified(explore(V5_18, world -> {
            Mm mm = world.mm("victim", 2);
            mm.mmap().anonymous(8 * PAGE, PAGE, Vma.Flag.WRITE, Vma.Flag.SHARED);
            mm.fault(8 * PAGE, true);
            world.actor("killer", () -> kill(world, mm));
            world.last(() -> {
                Victim victim = Objects.requireNonNull(mm.victim());
                if (victim.freedByReaper() != 2 || mm.pages().pages() != 1 || mm.pages().tables() != 4) {
                    world.violate("accounting", "what is shared, and tables, stay");
                }
                if (mm.fault(PAGE, true)) {
                    world.violate("unstable", "a page comes back");
                }
                mm.put();
            });
        }));
    }

    @Test
    void theReaperTellsNotifiersOfAnAreaAlsoWhereNoPageIs() {
        verified(explore(V5_18, world -> {
            Mm mm = world.mm("victim", 0);
            mm.mmap().anonymous(PAGE, PAGE, Vma.Flag.WRITE);
            World.Listener listener = new World.Listener(world, "listener");
            mm.notifiers().register(listener);
            world.actor("killer", () -> kill(world, mm));
            world.last(() -> {
                if (listener.invalidated != 1) {
                    world.violate("untold", listener.invalidated + " times");
                }
                mm.notifiers().put(listener);
                mm.put();
            });
        }));
    }

    @Test
    void aPageThatHasBeenReapedDoesNotComeBack() {
        verified(explore(V5_18, world -> {
            Mm mm = world.mm("victim", 1);
            mm.get();
            world.actor("killer", () -> {
                kill(world, mm);
                mm.put();
            });
            world.actor("thread", () -> mm.fault(PAGE, true));
            world.last(() -> {
                if (mm.pages().pages() != 0) {
                    world.violate("unstable", "a page has come back");
                }
                mm.put();
            });
        }));
    }

    @Test
    void aNotifierThatSleepsKeepsTheReaperFromPages() {
        for (boolean blockable : new boolean[] {false, true}) {
            verified(explore(V5_18, world -> {
                Mm mm = world.mm("victim", 1);
                World.Listener listener = new World.Listener(world, "listener", blockable);
                mm.notifiers().register(listener);
                world.actor("killer", () -> kill(world, mm));
                world.last(() -> {
                    if (mm.pages().pages() != (blockable ? 1 : 0) || listener.invalidated != (blockable ? 0 : 1)) {
                        world.violate("blockable", "reaped, or not");
                    }
                    mm.notifiers().put(listener);
                    mm.put();
                });
            }));
        }
    }

    @Test
    void whoIsKilledTwiceIsReapedOnce() {
        verified(explore(V5_18, world -> {
            Mm mm = world.mm("victim", 1);
            for (String name : new String[] {"one", "two"}) {
                mm.get();
                world.actor(name, () -> {
                    kill(world, mm);
                    mm.put();
                });
            }
            world.actor("victim", mm::put);
        }));
    }

    /** A wait for a device, in whatever order with the kill. */
    private static Verdict waitAgainstKill(boolean announced) {
        return explore(V5_18, world -> {
            Mm mm = world.mm("victim", 1);
            Completion stopped = new Completion(world.core, "stopped");
            mm.get();
            world.actor("victim", () -> {
                if (announced) {
                    world.memory.reclaim().begin(mm, "the device to stop");
                }
                stopped.await();
                if (announced) {
                    world.memory.reclaim().end(mm);
                }
                mm.put();
            });
            world.actor("device", stopped::completeAll);
            world.actor("killer", () -> {
                kill(world, mm);
                mm.put();
            });
        });
    }

    @Test
    void reclaimWaitsForADevice() {
        Verdict verdict = waitAgainstKill(true);
        assertThat(violations(verdict)).containsExactly("reclaim-blocked");
        // The wait begins, and then the victim is picked; or the other way about
        assertThat(messages(verdict)).hasSize(2).allMatch(message -> message.contains("waits for the device to stop"));
        verified(waitAgainstKill(false));
    }

    @Test
    void aWaitThatIsOverBlocksNobody() {
        verified(explore(V5_18, world -> {
            Mm mm = world.mm("victim", 1);
            world.actor("victim", () -> {
                world.memory.reclaim().begin(mm, "the device to stop");
                world.memory.reclaim().end(mm);
                kill(world, mm);
                mm.put();
            });
        }));
    }
}
