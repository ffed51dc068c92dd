package org.svalinn.kernel.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.sync.Completion;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.Mutex;
import org.svalinn.kernel.sync.RwSem;
import org.svalinn.kernel.sync.WorkQueue;
import org.svalinn.machine.Steps;

class VirtualTimeTest {
    private static final Site HERE = Site.named("test");

    private final VirtualTime time = new VirtualTime();
    private final Core core = new Core(time, Variant.of(Design.V5_18));
    private final List<String> told = new ArrayList<>();

    private void tell(String what) {
        told.add(time.now() + " " + time.currentName() + " " + what);
    }

    @Test
    void timePassesForOneWhileOthersGoOn() {
        time.spawn("slow", () -> {
            time.pass(100);
            tell("is done");
        });
        time.spawn("fast", () -> {
            time.pass(10);
            tell("is done");
            time.pass(0);
            tell("goes on");
        });
        time.run();
        assertThat(told).containsExactly("10 fast is done", "10 fast goes on", "100 slow is done");
        assertThat(time.now()).isEqualTo(100);
        assertThat(time.events()).isEqualTo(4);
    }

    @Test
    void whoCameFirstIsFirstWhereTimesAreEqual() {
        for (String name : List.of("a", "b", "c")) {
            time.spawn(name, () -> {
                time.pass(5);
                tell("one");
                time.pass(5);
                tell("two");
            });
        }
        time.run();
        assertThat(told).containsExactly("5 a one", "5 b one", "5 c one", "10 a two", "10 b two", "10 c two");
    }

    @Test
    void aLockGoesToThoseWhoWaitInTheirOrder() {
        Mutex mutex = new Mutex(core, "mutex");
        for (int i = 0; i < 5; i++) {
            time.spawn("task " + i, () -> {
                mutex.lock();
                time.pass(10);
                tell("has it");
                mutex.unlock();
            });
        }
        time.run();
        assertThat(told).containsExactly(
                "10 task 0 has it", "20 task 1 has it", "30 task 2 has it", "40 task 3 has it", "50 task 4 has it");
    }

    @Test
    void ofManyWhoWaitForALockOneIsTriedAtATime() {
        Mutex mutex = new Mutex(core, "mutex");
        int many = 2000;
        for (int i = 0; i < many; i++) {
            time.spawn("task", () -> {
                mutex.lock();
                time.pass(1);
                mutex.unlock();
            });
        }
        time.run();
        assertThat(time.now()).isEqualTo(many);
        assertThat(time.events()).isLessThan(4L * many);
    }

    @Test
    void whoTakesALockAgainAtOnceTakesItsTurnFromNobodyForEver() {
        Mutex mutex = new Mutex(core, "mutex");
        time.spawn("greedy", () -> {
            for (int i = 0; i < 3; i++) {
                mutex.lock();
                time.pass(10);
                mutex.unlock();
            }
            tell("is done");
        });
        time.spawn("first", () -> {
            mutex.lock();
            tell("has it");
            mutex.unlock();
        });
        time.spawn("second", () -> {
            mutex.lock();
            tell("has it");
            mutex.unlock();
        });
        time.run();
        assertThat(told).containsExactly("30 greedy is done", "30 first has it", "30 second has it");
    }

    @Test
    void aWriterWaitsForAllReadersAndTheyForIt() {
        RwSem lock = new RwSem(core, "lock");
        for (int i = 1; i <= 3; i++) {
            int each = i;
            time.spawn("reader " + i, () -> {
                lock.downRead();
                time.pass(10 * each);
                lock.upRead();
                tell("has read");
            });
        }
        time.spawn("writer", () -> {
            time.pass(1);
            lock.downWrite();
            time.pass(5);
            tell("has written");
            lock.upWrite();
        });
        time.spawn("late reader", () -> {
            time.pass(31);
            lock.downRead();
            tell("reads");
            lock.upRead();
        });
        time.run();
        assertThat(told).containsExactly(
                "10 reader 1 has read", "20 reader 2 has read", "30 reader 3 has read", "35 writer has written", "35 late reader reads");
    }

    @Test
    void aChangeIsSeenThatComesRightAfterItsStep() {
        Completion completion = new Completion(core, "completion");
        time.spawn("waiter", () -> {
            completion.await();
            tell("goes on");
        });
        time.spawn("other waiter", () -> {
            completion.await();
            tell("goes on");
        });
        time.spawn("completer", () -> {
            time.pass(7);
            completion.complete();
            time.pass(7);
            completion.complete();
        });
        time.run();
        assertThat(told).containsExactly("7 waiter goes on", "14 other waiter goes on");
    }

    @Test
    void daemonsMayWaitForEver() {
        WorkQueue queue = new WorkQueue(core, "queue");
        time.spawnDaemon("worker", queue::serve);
        time.spawn("task", () -> {
            queue.queue(() -> {
                time.pass(50);
                tell("works");
            });
            queue.flush();
            tell("has flushed");
        });
        time.run();
        assertThat(told).containsExactly("50 worker works", "50 task has flushed");
    }

    @Test
    void whoWaitsForWhatNeverComesIsNamed() {
        Completion completion = new Completion(core, "completion");
        time.spawn("hopeful", completion::await);
        for (int i = 0; i < 20; i++) {
            time.spawn("another", completion::await);
        }
        time.spawn("indifferent", () -> time.pass(3));
        assertThatThrownBy(time::run)
                .hasMessageContaining("deadlock")
                .hasMessageContaining("hopeful at wait_for_completion")
                .hasMessageContaining("and 11 more")
                .hasMessageNotContaining("indifferent");
    }

    @Test
    void aFailureOfAnActorEndsTheRun() {
        time.spawn("faulty", () -> {
            time.pass(3);
            throw new ArithmeticException("of its own");
        });
        assertThatThrownBy(time::run).hasMessageContaining("at 3 ns").hasMessageContaining("of its own")
                .hasCauseInstanceOf(ArithmeticException.class);
    }

    @Test
    void misuseIsCountedOrEndsTheRun() {
        Mutex mutex = new Mutex(core, "mutex");
        time.spawn("task", mutex::unlock);
        time.run();
        assertThat(time.violations()).containsOnlyKeys("bad-unlock");
        time.spawn("task", () -> {
            mutex.lock();
            mutex.lock();
        });
        assertThatThrownBy(time::run).hasMessageContaining("recursive-locking");
        time.report(new Violation("bad-unlock", "", List.of(time.end("by", HERE))));
        assertThat(time.violations().get("bad-unlock")).isEqualTo(2);
    }

    @Test
    void numbersOfActorsAreUsedAgain() {
        time.spawn("maker", () -> {
            for (int i = 0; i < 10_000; i++) {
                time.spawn("short", () -> {
                    assertThat(time.current()).isLessThan(20);
                    time.pass(3);
                });
                time.pass(1);
            }
        });
        time.run();
        assertThat(time.mostActors()).isLessThan(10);
        assertThat(time.current()).isEqualTo(VirtualTime.NOBODY);
    }

    @Test
    void nobodyWaitsOutsideOfActors() {
        assertThat(time.isScheduled()).isFalse();
        time.pass(10);
        assertThat(time.now()).isZero();
        time.await(Operation.WAIT, 1, Steps.ALL, () -> true, HERE);
        assertThatThrownBy(() -> time.await(Operation.WAIT, 1, Steps.ALL, () -> false, HERE))
                .hasMessageContaining("outside of any actor");
    }

    @Test
    void oneProgramHasOneRun() {
        assertThat(randomRun(1)).isEqualTo(randomRun(1)).isNotEqualTo(randomRun(2));
    }

    /** Many tasks that lock, work, flush and sleep as a seed says. */
    private static String randomRun(long seed) {
        VirtualTimeTest test = new VirtualTimeTest();
        SplittableRandom random = new SplittableRandom(seed);
        List<Mutex> locks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            locks.add(new Mutex(test.core, "lock " + i));
        }
        WorkQueue queue = new WorkQueue(test.core, "queue");
        test.time.spawnDaemon("worker", queue::serve);
        for (int i = 0; i < 50; i++) {
            SplittableRandom mine = random.split();
            test.time.spawn("task " + i, () -> {
                for (int j = 0; j < 20; j++) {
                    Mutex lock = locks.get(mine.nextInt(locks.size()));
                    lock.lock();
                    test.time.pass(mine.nextInt(5));
                    lock.unlock();
                    queue.queue(() -> test.time.pass(1));
                    if (mine.nextInt(4) == 0) {
                        queue.flush();
                    }
                }
                test.tell("is done");
            });
        }
        test.time.run();
        return String.join("\n", test.told) + test.time.events();
    }

    @Test
    void linesOfWaitersAreFoundWhateverTheirNumbers() {
        Waiters waiters = new Waiters();
        SplittableRandom random = new SplittableRandom(3);
        List<Waiters.Line> open = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (open.isEmpty() || random.nextInt(open.size() + 1) < 60) {
                long object = random.nextLong(1L << random.nextInt(1, 63));
                if (waiters.at(object) == null) {
                    open.add(waiters.open(object));
                }
            } else {
                Waiters.Line line = open.remove(random.nextInt(open.size()));
                waiters.close(line);
                assertThat(waiters.at(line.object)).isNull();
            }
            for (Waiters.Line line : open) {
                assertThat(waiters.at(line.object)).isSameAs(line);
            }
        }
    }
}
