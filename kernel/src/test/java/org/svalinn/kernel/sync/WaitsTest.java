package org.svalinn.kernel.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Site;
import org.svalinn.kernel.sync.Mix.Cell;

/** Completions, wait queues, RCU, work queues, interrupt threads: what they promise, and their misuse. */
class WaitsTest {
    private static final Site HERE = Site.named("the test");

    @Test
    void aCompletionIsWaitedFor() {
        assertThat(Trial.outcomes(core -> {
                    Completion done = new Completion(core, "done");
                    Cell cell = new Cell(core);
                    StringBuilder log = new StringBuilder();
                    for (int i = 0; i < 2; i++) {
                        core.scheduler().spawn("waiter " + i, () -> {
                            done.await();
                            log.append(cell.get());
                        });
                    }
                    core.scheduler().spawn("worker", () -> {
                        cell.set(1);
                        done.completeAll();
                    });
                    return log::toString;
                }))
                .containsExactly("11");
    }

    @Test
    void oneCompletionIsForOne() {
        assertThat(Trial.checks(core -> twoWaiters(core, 1))).containsExactly("deadlock");
        assertThat(Trial.checks(core -> twoWaiters(core, 2))).isEmpty();
    }

    private static void twoWaiters(Core core, int completions) {
        Completion done = new Completion(core, "done");
        core.scheduler().spawn("one", done::await);
        core.scheduler().spawn("two", done::await);
        core.scheduler().spawn("worker", () -> {
            for (int i = 0; i < completions; i++) {
                done.complete();
            }
        });
    }

    @Test
    void aCompletionUsedAgainTooSoonIsNeverSeen() {
        assertThat(Trial.checks(core -> reuse(core, true))).containsExactly("deadlock");
        assertThat(Trial.checks(core -> reuse(core, false))).isEmpty();
    }

    private static void reuse(Core core, boolean tooSoon) {
        Completion done = new Completion(core, "done");
        Completion seen = new Completion(core, "seen");
        core.scheduler().spawn("waiter", () -> {
            done.await();
            seen.complete();
        });
        core.scheduler().spawn("worker", () -> {
            done.completeAll();
            if (!tooSoon) {
                seen.await();
            }
            done.reinit();
        });
    }

    @Test
    void aQueueIsWaitedInUntilTheConditionHolds() {
        assertThat(Trial.checks(core -> {
                    WaitQueue queue = new WaitQueue(core, "queue");
                    int[] left = {2};
                    Cell cell = new Cell(core);
                    for (int i = 0; i < 2; i++) {
                        core.scheduler().spawn("user " + i, () -> {
                            cell.get();
                            queue.wakeUp();
                            left[0]--;
                        });
                    }
                    core.scheduler().spawn("freer", () -> {
                        queue.await(() -> left[0] == 0);
                        cell.free(HERE);
                    });
                }))
                .isEmpty();
        assertThat(Trial.checks(core -> {
                    WaitQueue queue = new WaitQueue(core, "queue");
                    core.scheduler().spawn("waiter", () -> queue.await(() -> false));
                }))
                .containsExactly("deadlock");
    }

    @Test
    void whatReadersUseIsFreedAfterAGracePeriod() {
        for (String how : new String[] {"call", "synchronize"}) {
            assertThat(Trial.checks(core -> unlinking(core, core.rcu(), how))).as(how).isEmpty();
            assertThat(Trial.checks(core -> unlinking(core, new Rcu(core, "srcu"), how))).as(how).isEmpty();
        }
        assertThat(Trial.checks(core -> unlinking(core, core.rcu(), "at once"))).containsExactly("use-after-free");
    }

    private static void unlinking(Core core, Rcu rcu, String how) {
        Cell link = new Cell(core);
        Cell object = new Cell(core);
        core.scheduler().spawnDaemon("rcu", rcu::serve);
        for (int i = 0; i < 2; i++) {
            core.scheduler().spawn("reader " + i, () -> {
                rcu.readLock();
                rcu.readLock();
                boolean isLinked = link.get() == 0;
                rcu.readUnlock();
                if (isLinked) {
                    object.get();
                }
                rcu.readUnlock();
            });
        }
        core.scheduler().spawn("writer", () -> {
            link.set(1);
            switch (how) {
                case "call" -> rcu.call(() -> object.free(HERE));
                case "synchronize" -> {
                    rcu.synchronize();
                    object.free(HERE);
                }
                default -> object.free(HERE);
            }
        });
    }

    @Test
    void aGracePeriodDoesNotWaitForLaterReaders() {
        assertThat(Trial.checks(core -> {
                    Rcu srcu = new Rcu(core, "srcu");
                    Completion over = new Completion(core, "over");
                    Completion reading = new Completion(core, "reading");
                    core.scheduler().spawn("reader", () -> {
                        srcu.readLock();
                        srcu.readUnlock();
                        reading.complete();
                        over.await();
                    });
                    core.scheduler().spawn("writer", () -> {
                        reading.await();
                        srcu.synchronize();
                        over.complete();
                    });
                }))
                .isEmpty();
        assertThat(Trial.outcomes(core -> {
                    Rcu srcu = new Rcu(core, "srcu");
                    StringBuilder log = new StringBuilder();
                    Cell cell = new Cell(core);
                    core.scheduler().spawn("reader", () -> {
                        srcu.readLock();
                        int before = cell.get();
                        log.append(before).append(cell.get());
                        srcu.readUnlock();
                    });
                    core.scheduler().spawn("writer", () -> {
                        srcu.synchronize();
                        cell.set(1);
                    });
                    return log::toString;
                }))
                .as("a section that begins after synchronize() has looked may see anything")
                .containsExactly("00", "01", "11");
    }

    @Test
    void sectionsEndWhereTheyBegan() {
        assertThat(Trial.violations(core -> {
                    Rcu srcu = new Rcu(core, "srcu");
                    core.scheduler().spawn("reader", () -> {
                        srcu.readLock();
                        srcu.readUnlock();
                    });
                    core.scheduler().spawn("other", srcu::readUnlock);
                }))
                .containsExactly("bad-unlock: ends a read-side section of srcu that it is not in");
    }

    @Test
    void nobodyWaitsForItsOwnSection() {
        assertThat(Trial.violations(core -> {
                    Rcu srcu = new Rcu(core, "srcu");
                    core.scheduler().spawn("reader", () -> {
                        srcu.readLock();
                        srcu.synchronize();
                    });
                }))
                .containsExactly("deadlock: waits for a grace period of srcu in its own read-side section");
        assertThat(Trial.checks(core -> {
                    Rcu srcu = new Rcu(core, "srcu");
                    Rcu other = new Rcu(core, "other");
                    core.scheduler().spawn("reader", () -> {
                        srcu.readLock();
                        other.synchronize();
                        srcu.readUnlock();
                    });
                }))
                .isEmpty();
    }

    @Test
    void readersOfRcuDoNotSleepAndThoseOfSrcuMay() {
        assertThat(Trial.violations(core -> sleepingReader(core, core.rcu())))
                .containsExactly("sleeping-in-atomic: may sleep in an RCU read-side section");
        assertThat(Trial.violations(core -> sleepingReader(core, new Rcu(core, "srcu")))).isEmpty();
    }

    private static void sleepingReader(Core core, Rcu rcu) {
        Mutex mutex = new Mutex(core, "mutex");
        core.scheduler().spawn("reader", () -> {
            rcu.readLock();
            mutex.lock();
            mutex.unlock();
            rcu.readUnlock();
        });
    }

    @Test
    void aCallbackDoesNotSleep() {
        assertThat(Trial.violations(core -> {
                    Rcu srcu = new Rcu(core, "srcu");
                    Mutex mutex = new Mutex(core, "mutex");
                    core.scheduler().spawnDaemon("srcu", srcu::serve);
                    core.scheduler().spawn("task", () -> srcu.call(() -> {
                        mutex.lock();
                        mutex.unlock();
                    }));
                }))
                .containsExactly("sleeping-in-atomic: may sleep in a callback of srcu");
    }

    @Test
    void flushWaitsForWhatIsQueued() {
        assertThat(Trial.checks(core -> working(core, true))).isEmpty();
        assertThat(Trial.checks(core -> working(core, false))).containsExactly("use-after-free");
    }

    private static void working(Core core, boolean flushes) {
        WorkQueue queue = new WorkQueue(core, "queue");
        Cell cell = new Cell(core);
        core.scheduler().spawnDaemon("worker", queue::serve);
        core.scheduler().spawn("task", () -> {
            queue.queue(cell::get);
            queue.queue(cell::get);
            if (flushes) {
                queue.flush();
            }
            cell.free(HERE);
        });
    }

    @Test
    void flushDoesNotWaitForWhatIsQueuedLater() {
        assertThat(Trial.outcomes(core -> {
                    WorkQueue queue = new WorkQueue(core, "queue");
                    Cell cell = new Cell(core);
                    StringBuilder log = new StringBuilder();
                    core.scheduler().spawnDaemon("worker", queue::serve);
                    core.scheduler().spawn("task", () -> {
                        queue.queue(() -> {});
                        queue.flush();
                        log.append(cell.get());
                    });
                    core.scheduler().spawn("later", () -> queue.queue(() -> cell.set(1)));
                    return log::toString;
                }))
                .containsExactly("0", "1");
    }

    @Test
    void workIsPendingOnce() {
        AtomicInteger most = new AtomicInteger();
        assertThat(Trial.outcomes(core -> {
                    WorkQueue queue = new WorkQueue(core, "queue");
                    int[] times = {0};
                    var work = new WorkQueue.Work(() -> times[0]++);
                    StringBuilder log = new StringBuilder();
                    core.scheduler().spawnDaemon("worker", queue::serve);
                    core.scheduler().spawn("task", () -> {
                        log.append(queue.queue(work)).append(' ').append(queue.queue(work));
                    });
                    return () -> {
                        most.accumulateAndGet(times[0], Math::max);
                        return log + " " + times[0];
                    };
                }))
                .containsExactly("true false 1", "true true 2");
        assertThat(most).hasValue(2);
    }

    @Test
    void cancelledWorkIsNotDoneOrHasBegun() {
        assertThat(Trial.outcomes(core -> {
                    WorkQueue queue = new WorkQueue(core, "queue");
                    int[] times = {0};
                    var work = new WorkQueue.Work(() -> times[0]++);
                    StringBuilder log = new StringBuilder();
                    core.scheduler().spawnDaemon("worker", queue::serve);
                    core.scheduler().spawn("task", () -> {
                        queue.queue(work);
                        log.append(queue.cancel(work));
                        queue.flush();
                    });
                    return () -> log + " " + times[0];
                }))
                .containsExactly("false 1", "true 0");
    }

    @Test
    void aWorkerDoesNotFlushItsOwnQueue() {
        assertThat(Trial.violations(core -> {
                    WorkQueue queue = new WorkQueue(core, "wq");
                    core.scheduler().spawnDaemon("worker", queue::serve);
                    core.scheduler().spawn("task", () -> queue.queue(queue::flush));
                }))
                .containsExactly("deadlock: the worker of wq flushes it, and so waits for itself");
        assertThat(Trial.violations(core -> {
                    WorkQueue queue = new WorkQueue(core, "wq");
                    WorkQueue other = new WorkQueue(core, "other");
                    core.scheduler().spawnDaemon("worker", queue::serve);
                    core.scheduler().spawnDaemon("other worker", other::serve);
                    core.scheduler().spawn("task", () -> queue.queue(other::flush));
                }))
                .isEmpty();
    }

    @Test
    void flushUnderALockThatTheWorkTakesDeadlocks() {
        assertThat(Trial.checks(core -> {
                    WorkQueue queue = new WorkQueue(core, "wq");
                    Mutex mutex = new Mutex(core, "mutex");
                    core.scheduler().spawnDaemon("worker", queue::serve);
                    core.scheduler().spawn("task", () -> {
                        queue.queue(() -> {
                            mutex.lock();
                            mutex.unlock();
                        });
                        mutex.lock();
                        queue.flush();
                        mutex.unlock();
                    });
                }))
                .containsExactly("deadlock");
    }

    @Test
    void aTimerQueuesWorkUnlessItIsCancelled() {
        assertThat(Trial.outcomes(core -> {
                    WorkQueue queue = new WorkQueue(core, "wq");
                    int[] times = {0};
                    DelayedWork work = new DelayedWork(core, "delayed", queue, () -> times[0]++);
                    StringBuilder log = new StringBuilder();
                    core.scheduler().spawnDaemon("worker", queue::serve);
                    core.scheduler().spawnDaemon("timer", work::serve);
                    core.scheduler().spawn("task", () -> {
                        work.queue(1000);
                        log.append(work.cancel());
                        queue.flush();
                        log.append(' ').append(times[0]);
                    });
                    return () -> log + " " + times[0];
                }))
                .containsExactly("false 1 1", "true 0 0");
    }

    @Test
    void interruptsAreHandledByTheirThread() {
        assertThat(Trial.outcomes(core -> {
                    int[] times = {0};
                    IrqThread irq = new IrqThread(core, "irq", () -> times[0]++);
                    core.scheduler().spawnDaemon("irq thread", irq::serve);
                    core.scheduler().spawn("device", () -> {
                        irq.raise();
                        irq.raise();
                    });
                    return () -> "" + times[0];
                }))
                .containsExactly("1", "2");
    }

    @Test
    void outsideOfAnyActorNobodyIsWaitedFor() {
        assertThat(Trial.outcomes(core -> {
                    int[] times = {0};
                    WorkQueue queue = new WorkQueue(core, "wq");
                    queue.queue(() -> times[0]++);
                    queue.flush();
                    core.rcu().call(() -> times[0]++);
                    core.rcu().synchronize();
                    new IrqThread(core, "irq", () -> times[0]++).raise();
                    core.scheduler().spawn("task", () -> times[0]++);
                    return () -> "" + times[0];
                }))
                .containsExactly("4");
    }
}
