package org.svalinn.kernel.sync;

import org.junit.jupiter.api.Test;
import org.svalinn.explore.Site;
import org.svalinn.kernel.sync.Mix.Cell;
import org.svalinn.kernel.sync.Mix.World;

/** For each primitive: the reduced search of programs made of it loses nothing. */
class SoundnessOfPrimitivesTest {
    private static final Site HERE = Site.named("the test");

    @Test
    void mutex() {
        Mix.compare(core -> {
            Mutex first = new Mutex(core, "first");
            Mutex second = new Mutex(core, "second");
            Cell cell = new Cell(core);
            Cell shared = new Cell(core);
            return new World(
                    (me, log) -> {
                        first.lock();
                        log.append(cell.swap(me));
                        first.unlock();
                    },
                    (me, log) -> {
                        first.lock();
                        second.lock();
                        log.append(cell.swap(me));
                        second.unlock();
                        first.unlock();
                    },
                    (me, log) -> {
                        second.lock();
                        first.lock();
                        first.unlock();
                        second.unlock();
                    },
                    (me, log) -> {
                        second.lock();
                        shared.set(me);
                        second.unlock();
                    },
                    (me, log) -> log.append(shared.get()),
                    (me, log) -> first.unlock());
        });
    }

    @Test
    void spinLock() {
        Mix.compare(core -> {
            SpinLock lock = new SpinLock(core, "lock");
            Mutex mutex = new Mutex(core, "mutex");
            Cell cell = new Cell(core);
            return new World(
                    (me, log) -> {
                        lock.lock();
                        log.append(cell.swap(me));
                        lock.unlock();
                    },
                    (me, log) -> {
                        mutex.lock();
                        lock.lock();
                        lock.unlock();
                        mutex.unlock();
                    },
                    (me, log) -> {
                        lock.lock();
                        mutex.lock();
                        mutex.unlock();
                        lock.unlock();
                    });
        });
    }

    @Test
    void readersAndWriters() {
        Mix.compare(core -> {
            RwSem sem = new RwSem(core, "sem");
            Mutex mutex = new Mutex(core, "mutex");
            Cell cell = new Cell(core);
            Cell other = new Cell(core);
            return new World(
                    (me, log) -> {
                        sem.downRead();
                        log.append(cell.peek());
                        sem.upRead();
                    },
                    (me, log) -> {
                        sem.downRead();
                        other.set(me);
                        log.append(other.get());
                        sem.upRead();
                    },
                    (me, log) -> {
                        if (sem.tryDownRead()) {
                            log.append(cell.peek());
                            sem.upRead();
                        } else {
                            log.append("no");
                        }
                    },
                    (me, log) -> {
                        sem.downWrite();
                        log.append(cell.swap(me));
                        sem.upWrite();
                    },
                    (me, log) -> {
                        sem.downRead();
                        mutex.lock();
                        mutex.unlock();
                        sem.upRead();
                    },
                    (me, log) -> {
                        mutex.lock();
                        sem.downWrite();
                        sem.upWrite();
                        mutex.unlock();
                    });
        });
    }

    @Test
    void locksOfAnObjectThatIsFreed() {
        Mix.compare(core -> {
            Cell cell = new Cell(core);
            Mutex mutex = new Mutex(cell, "lock of the cell");
            RwSem sem = new RwSem(cell, "semaphore of the cell");
            return new World(
                    (me, log) -> {
                        mutex.lock();
                        mutex.unlock();
                    },
                    (me, log) -> {
                        sem.downRead();
                        sem.upRead();
                    },
                    (me, log) -> cell.get(),
                    (me, log) -> cell.free(HERE));
        });
    }

    @Test
    void completion() {
        Mix.compare(core -> {
            Completion completion = new Completion(core, "completion");
            Cell cell = new Cell(core);
            return new World(
                    (me, log) -> completion.complete(),
                    (me, log) -> {
                        cell.set(me);
                        completion.completeAll();
                    },
                    (me, log) -> {
                        completion.await();
                        log.append(cell.get());
                    },
                    (me, log) -> completion.reinit());
        });
    }

    @Test
    void waitQueue() {
        Mix.compare(core -> {
            WaitQueue queue = new WaitQueue(core, "queue");
            int[] value = {0};
            return new World(
                    (me, log) -> {
                        queue.wakeUp();
                        value[0]++;
                        log.append(value[0]);
                    },
                    (me, log) -> {
                        queue.await(() -> value[0] > 0);
                        value[0]--;
                        log.append(value[0]);
                    },
                    (me, log) -> {
                        queue.await(() -> value[0] != 1);
                        log.append(value[0]);
                    });
        });
    }

    @Test
    void workQueue() {
        Mix.compare(core -> {
            WorkQueue queue = new WorkQueue(core, "queue");
            Cell cell = new Cell(core);
            WorkQueue.Work work = new WorkQueue.Work(() -> cell.set(9));
            return new World(
                            (me, log) -> queue.queue(() -> cell.set(me)),
                            (me, log) -> log.append(queue.queue(work)),
                            (me, log) -> log.append(queue.cancel(work)),
                            (me, log) -> {
                                queue.flush();
                                log.append(cell.get());
                            },
                            (me, log) -> log.append(cell.get()))
                    .servedBy(queue::serve);
        });
    }

    @Test
    void delayedWork() {
        Mix.compare(
                core -> {
                    WorkQueue queue = new WorkQueue(core, "queue");
                    int[] times = {0};
                    DelayedWork work = new DelayedWork(core, "delayed", queue, () -> times[0]++);
                    return new World(
                                    (me, log) -> log.append(work.queue(5)),
                                    (me, log) -> log.append(work.cancel()))
                            .with(() -> " " + times[0])
                            .servedBy(queue::serve, work::serve)
                            .atMost(2);
                },
                8,
                100_000);
    }

    @Test
    void interruptThread() {
        Mix.compare(core -> {
            Cell cell = new Cell(core);
            int[] times = {0};
            IrqThread irq = new IrqThread(core, "irq", () -> {
                times[0]++;
                cell.set(times[0]);
            });
            return new World((me, log) -> irq.raise(), (me, log) -> log.append(cell.get()))
                    .with(() -> " " + times[0])
                    .servedBy(irq::serve);
        });
    }

    @Test
    void sleepableRcu() {
        Mix.compare(core -> {
            Rcu rcu = new Rcu(core, "srcu");
            return sections(core, rcu);
        });
    }

    @Test
    void rcu() {
        Mix.compare(core -> sections(core, core.rcu()));
    }

    private static World sections(Core core, Rcu rcu) {
        Cell cell = new Cell(core);
        Cell freed = new Cell(core);
        boolean[] unlinked = {false};
        Cell link = new Cell(core);
        return new World(
                        (me, log) -> {
                            rcu.readLock();
                            log.append(cell.get());
                            rcu.readUnlock();
                        },
                        (me, log) -> {
                            rcu.readLock();
                            rcu.readLock();
                            rcu.readUnlock();
                            if (link.get() == 0) {
                                freed.get();
                            }
                            rcu.readUnlock();
                        },
                        (me, log) -> rcu.call(() -> cell.set(me)),
                        (me, log) -> {
                            rcu.synchronize();
                            cell.set(me);
                        },
                        (me, log) -> {
                            link.set(1);
                            rcu.synchronize();
                            if (!unlinked[0]) {
                                unlinked[0] = true;
                                freed.free(HERE);
                            }
                        },
                        (me, log) -> rcu.readUnlock())
                .servedBy(rcu::serve);
    }

    @Test
    void refcount() {
        Mix.compare(core -> {
            Cell cell = new Cell(core);
            Refcount count = new Refcount(cell, 2, null, HERE);
            return new World(
                            (me, log) -> {
                                if (count.incNotZero(HERE)) {
                                    log.append("got");
                                    put(count, cell, log);
                                } else {
                                    log.append("none");
                                }
                            },
                            (me, log) -> put(count, cell, log))
                    .with(() -> " " + count.peek());
        });
    }

    private static void put(Refcount count, Cell cell, StringBuilder log) {
        if (count.decAndTest(HERE)) {
            log.append("last");
            cell.free(HERE);
        }
    }
}
