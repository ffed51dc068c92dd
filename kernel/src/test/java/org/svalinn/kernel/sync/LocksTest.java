package org.svalinn.kernel.sync;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.svalinn.explore.Site;
import org.svalinn.kernel.sync.Mix.Cell;

/** Each misuse of a lock, and the right use beside it. */
class LocksTest {
    private static final Site HERE = Site.named("the test");

    @Test
    void aMutexExcludes() {
        assertThat(Trial.outcomes(core -> {
                    Mutex mutex = new Mutex(core, "mutex");
                    Cell cell = new Cell(core);
                    for (int i = 0; i < 2; i++) {
                        core.scheduler().spawn("adder " + i, () -> {
                            mutex.lock();
                            cell.set(cell.get() + 1);
                            mutex.unlock();
                        });
                    }
                    return () -> "" + cell.peek();
                }))
                .containsExactly("2");
    }

    @Test
    void withoutTheMutexAnAdditionIsLost() {
        assertThat(Trial.outcomes(core -> {
                    Cell cell = new Cell(core);
                    for (int i = 0; i < 2; i++) {
                        core.scheduler().spawn("adder " + i, () -> cell.set(cell.get() + 1));
                    }
                    return () -> "" + cell.peek();
                }))
                .containsExactly("1", "2");
    }

    @Test
    void aMutexIsUnlockedByItsHolder() {
        assertThat(Trial.violations(core -> {
                    Mutex mutex = new Mutex(core, "m");
                    core.scheduler().spawn("holder", () -> {
                        mutex.lock();
                        mutex.unlock();
                    });
                    core.scheduler().spawn("other", mutex::unlock);
                }))
                .containsExactly("bad-unlock: unlocks m, which it does not hold");
    }

    @Test
    void aMutexIsNotLockedTwice() {
        assertThat(Trial.violations(core -> {
                    Mutex mutex = new Mutex(core, "m");
                    core.scheduler().spawn("task", () -> {
                        mutex.lock();
                        mutex.lock();
                    });
                }))
                .containsExactly("recursive-locking: locks m, which it holds already");
    }

    @Test
    void oppositeOrdersDeadlock() {
        assertThat(Trial.checks(core -> twoLocks(core, false))).containsExactly("deadlock");
        assertThat(Trial.checks(core -> twoLocks(core, true))).isEmpty();
    }

    private static void twoLocks(Core core, boolean sameOrder) {
        Mutex first = new Mutex(core, "first");
        RwSem second = new RwSem(core, "second");
        core.scheduler().spawn("one", () -> {
            first.lock();
            second.downWrite();
            second.upWrite();
            first.unlock();
        });
        core.scheduler().spawn("two", () -> {
            if (sameOrder) {
                first.lock();
                second.downRead();
            } else {
                second.downRead();
                first.lock();
            }
            first.unlock();
            second.upRead();
        });
    }

    @Test
    void whatMustBeHeldIsHeld() {
        assertThat(Trial.violations(core -> {
                    Mutex mutex = new Mutex(core, "m");
                    core.scheduler().spawn("task", () -> {
                        mutex.lock();
                        mutex.assertHeld(HERE);
                        mutex.unlock();
                    });
                }))
                .isEmpty();
        assertThat(Trial.violations(core -> {
                    Mutex mutex = new Mutex(core, "m");
                    core.scheduler().spawn("task", () -> mutex.assertHeld(HERE));
                    core.scheduler().spawn("holder", () -> {
                        mutex.lock();
                        mutex.unlock();
                    });
                }))
                .containsExactly("lock-not-held: m must be held here");
        assertThat(Trial.violations(core -> {
                    RwSem sem = new RwSem(core, "mmap_lock");
                    core.scheduler().spawn("task", () -> {
                        sem.downRead();
                        sem.assertHeld(HERE);
                        sem.assertHeldForWriting(HERE);
                        sem.upRead();
                    });
                }))
                .containsExactly("lock-not-held: mmap_lock must be held for writing here");
        assertThat(Trial.violations(core -> {
                    SpinLock lock = new SpinLock(core, "lock");
                    core.scheduler().spawn("task", () -> {
                        lock.assertHeld(HERE);
                        lock.lock();
                        lock.assertHeld(HERE);
                        lock.unlock();
                    });
                }))
                .containsExactly("lock-not-held: lock must be held here");
    }

    @Test
    void nobodySleepsWithASpinLockHeld() {
        assertThat(Trial.violations(core -> {
                    SpinLock lock = new SpinLock(core, "s");
                    Mutex mutex = new Mutex(core, "m");
                    RwSem sem = new RwSem(core, "rw");
                    core.scheduler().spawn("task", () -> {
                        mutex.lock();
                        lock.lock();
                        lock.unlock();
                        mutex.unlock();
                        if (sem.tryDownRead()) {
                            sem.upRead();
                        }
                    });
                }))
                .isEmpty();
        assertThat(Trial.checks(core -> asleep(core, new Mutex(core, "m")::lock)))
                .containsExactly("sleeping-in-atomic");
        assertThat(Trial.checks(core -> asleep(core, new RwSem(core, "rw")::downRead)))
                .containsExactly("sleeping-in-atomic");
        assertThat(Trial.checks(core -> asleep(core, new RwSem(core, "rw")::downWrite)))
                .containsExactly("sleeping-in-atomic");
        assertThat(Trial.checks(core -> asleep(core, new Rcu(core, "srcu")::synchronize)))
                .containsExactly("sleeping-in-atomic");
        assertThat(Trial.checks(core -> asleep(core, core.rcu()::synchronize))).containsExactly("sleeping-in-atomic");
        assertThat(Trial.checks(core -> asleep(core, new WorkQueue(core, "wq")::flush)))
                .containsExactly("sleeping-in-atomic");
        assertThat(Trial.checks(core -> asleep(core, () -> new WaitQueue(core, "wait").await(() -> true))))
                .containsExactly("sleeping-in-atomic");
        assertThat(Trial.violations(core -> asleep(core, () -> new Cell(core))))
                .containsExactly("sleeping-in-atomic: may sleep with a spin lock held: s");
        assertThat(Trial.checks(core -> {
                    Completion done = new Completion(core, "done");
                    done.completeAll();
                    asleep(core, done::await);
                }))
                .containsExactly("sleeping-in-atomic");
        assertThat(Trial.checks(core -> asleep(core, core.rcu()::readLock))).isEmpty();
        assertThat(Trial.checks(core -> asleep(core, new RwSem(core, "rw")::tryDownRead))).isEmpty();
    }

    private static void asleep(Core core, Runnable sleeper) {
        SpinLock lock = new SpinLock(core, "s");
        core.scheduler().spawn("task", () -> {
            lock.lock();
            sleeper.run();
            lock.unlock();
        });
    }

    @Test
    void aSpinLockIsItsHolders() {
        assertThat(Trial.checks(core -> {
                    SpinLock lock = new SpinLock(core, "s");
                    core.scheduler().spawn("task", () -> {
                        lock.unlock();
                        lock.lock();
                        lock.lock();
                    });
                }))
                .containsExactly("bad-unlock", "recursive-locking");
    }

    @Test
    void readersShareAndWritersDoNot() {
        assertThat(Trial.outcomes(core -> {
                    RwSem sem = new RwSem(core, "rw");
                    Cell cell = new Cell(core);
                    StringBuilder log = new StringBuilder();
                    core.scheduler().spawn("reader", () -> {
                        sem.downRead();
                        log.append(cell.get()).append(cell.get());
                        sem.upRead();
                    });
                    core.scheduler().spawn("writer", () -> {
                        sem.downWrite();
                        cell.set(1);
                        cell.set(2);
                        sem.upWrite();
                    });
                    return log::toString;
                }))
                .containsExactly("00", "22");
        assertThat(Trial.checks(core -> {
                    RwSem sem = new RwSem(core, "rw");
                    Completion first = new Completion(core, "first");
                    Completion second = new Completion(core, "second");
                    core.scheduler().spawn("one", () -> {
                        sem.downRead();
                        first.complete();
                        second.await();
                        sem.upRead();
                    });
                    core.scheduler().spawn("two", () -> {
                        sem.downRead();
                        second.complete();
                        first.await();
                        sem.upRead();
                    });
                }))
                .as("two readers wait for each other inside")
                .isEmpty();
    }

    @Test
    void tryingToReadNeverWaits() {
        assertThat(Trial.outcomes(core -> {
                    RwSem sem = new RwSem(core, "rw");
                    StringBuilder log = new StringBuilder();
                    core.scheduler().spawn("reader", () -> {
                        boolean could = sem.tryDownRead();
                        log.append(could);
                        if (could) {
                            sem.upRead();
                        }
                    });
                    core.scheduler().spawn("writer", () -> {
                        sem.downWrite();
                        sem.upWrite();
                    });
                    return log::toString;
                }))
                .containsExactly("false", "true");
    }

    @Test
    void aSemaphoreIsLeftByWhoIsIn() {
        assertThat(Trial.violations(core -> {
                    RwSem sem = new RwSem(core, "rw");
                    core.scheduler().spawn("reader", () -> {
                        sem.downRead();
                        sem.upWrite();
                        sem.upRead();
                    });
                    core.scheduler().spawn("other", sem::upRead);
                }))
                .containsExactly(
                        "bad-unlock: ends reading under rw, which it does not hold",
                        "bad-unlock: ends writing under rw, which it does not hold");
        assertThat(Trial.checks(core -> {
                    RwSem sem = new RwSem(core, "rw");
                    core.scheduler().spawn("reader", () -> {
                        sem.downRead();
                        sem.downRead();
                    });
                }))
                .containsExactly("recursive-locking");
        assertThat(Trial.checks(core -> {
                    RwSem sem = new RwSem(core, "rw");
                    core.scheduler().spawn("upgrader", () -> {
                        sem.downRead();
                        sem.downWrite();
                    });
                }))
                .containsExactly("recursive-locking");
    }

    @Test
    void noObjectIsFreedWithItsLockHeld() {
        assertThat(Trial.checks(core -> freeing(core, false))).containsExactly("held-lock-freed", "use-after-free");
        assertThat(Trial.checks(core -> freeing(core, true))).isEmpty();
    }

    private static void freeing(Core core, boolean waits) {
        Cell cell = new Cell(core);
        Mutex mutex = new Mutex(cell, "lock of the cell");
        Completion done = new Completion(core, "done");
        core.scheduler().spawn("user", () -> {
            mutex.lock();
            mutex.unlock();
            done.complete();
        });
        core.scheduler().spawn("freer", () -> {
            if (waits) {
                done.await();
            }
            cell.free(HERE);
        });
    }
}
