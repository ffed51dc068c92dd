package org.svalinn.explore;

import java.util.List;

/** Small programs of the literature and of the kernel, used by several tests. */
final class Litmus {
    private Litmus() {}

    static Cell[] cells(Run run, int count, int value) {
        Cell[] cells = new Cell[count];
        for (int k = 0; k < count; k++) {
            cells[k] = new Cell(run, k, value);
        }
        return cells;
    }

    static Program storeBuffering() {
        return run -> {
            Cell x = new Cell(run, 1, 0);
            Cell y = new Cell(run, 2, 0);
            run.spawn("p", () -> {
                x.write(1, "p1");
                y.read("p2");
            });
            run.spawn("q", () -> {
                y.write(1, "q1");
                x.read("q2");
            });
        };
    }

    static Program messagePassing() {
        return run -> {
            Cell data = new Cell(run, 1, 0);
            Cell flag = new Cell(run, 2, 0);
            run.spawn("p", () -> {
                data.write(1, "p1");
                flag.write(1, "p2");
            });
            run.spawn("q", () -> {
                flag.read("q1");
                data.read("q2");
            });
        };
    }

    /** One writes, n read. */
    static Program readers(int n) {
        return run -> {
            Cell x = new Cell(run, 1, 0);
            run.spawn("writer", () -> x.write(1, "write"));
            for (int k = 0; k < n; k++) {
                run.spawn("reader" + k, () -> x.read("read"));
            }
        };
    }

    /** One looks for the last zero of an array in which the others count upwards. */
    static Program lastZero(int n) {
        return run -> {
            Cell[] array = cells(run, n + 1, 0);
            run.spawn("scanner", () -> {
                int i = n;
                while (array[i].read("scan") != 0) {
                    i--;
                }
            });
            for (int k = 1; k <= n; k++) {
                int i = k;
                run.spawn("counter" + i, () -> array[i].write(array[i - 1].read("get") + 1, "set"));
            }
        };
    }

    /** n put four entries each into a hash table, where the first eleven do not collide. */
    static Program indexer(int n) {
        int size = 128;
        return run -> {
            Cell[] table = cells(run, size, 0);
            for (int k = 0; k < n; k++) {
                int id = k;
                run.spawn("indexer" + k, () -> {
                    for (int message = 1; message <= 4; message++) {
                        int word = message * 11 + id;
                        int place = word * 7 % size;
                        while (!table[place].compareAndSet(0, word, "cas")) {
                            place = (place + 1) % size;
                        }
                    }
                });
            }
        };
    }

    /** Each takes its left fork, then its right one; the last the other way round when there is to be no deadlock. */
    static Program philosophers(int n, boolean careful) {
        return run -> {
            Cell[] forks = cells(run, n, 0);
            for (int k = 0; k < n; k++) {
                boolean swap = careful && k == n - 1;
                Cell first = forks[swap ? 0 : k];
                Cell second = forks[swap ? k : (k + 1) % n];
                run.spawn("philosopher" + k, () -> {
                    first.lock("first");
                    second.lock("second");
                    second.unlock("second");
                    first.unlock("first");
                });
            }
        };
    }

    /** n enter and leave one critical section. */
    static Program mutex(int n) {
        return run -> {
            Cell lock = new Cell(run, 1, 0);
            Cell data = new Cell(run, 2, 0);
            for (int k = 0; k < n; k++) {
                run.spawn("p" + k, () -> {
                    lock.lock("lock");
                    data.write(data.read("read") + 1, "write");
                    lock.unlock("unlock");
                });
            }
        };
    }

    /** The same as {@link #references}, checked, with steps that COUNT. */
    static Program countedReferences(int n) {
        Violation useAfterFree = new Violation("use-after-free", "used after it was freed", List.of());
        return run -> {
            Cell count = new Cell(run, 1, 1);
            Cell thing = new Cell(run, 2, 1);
            Runnable put = () -> {
                if (count.put("put")) {
                    thing.write(0, "free");
                }
            };
            run.spawn("owner", put);
            for (int k = 1; k < n; k++) {
                run.spawn("user" + k, () -> {
                    if (count.getUnlessZero("get")) {
                        if (thing.read("use") == 0) {
                            throw run.halt(useAfterFree);
                        }
                        put.run();
                    }
                });
            }
        };
    }

    /** n get a reference unless there is none, use the thing, put the reference; whoever puts the last one frees. */
    static Program references(int n, boolean checked) {
        Violation useAfterFree = new Violation("use-after-free", "used after it was freed", List.of());
        return run -> {
            Cell count = new Cell(run, 1, 1);
            Cell thing = new Cell(run, 2, 1);
            Runnable put = () -> {
                if (count.fetchAndAdd(-1, "put") == 1) {
                    thing.write(0, "free");
                }
            };
            run.spawn("owner", put);
            for (int k = 1; k < n; k++) {
                run.spawn("user" + k, () -> {
                    if (checked) {
                        if (!count.incrementUnlessZero("get")) {
                            return;
                        }
                    } else {
                        count.fetchAndAdd(1, "get");
                    }
                    if (thing.read("use") == 0) {
                        throw run.halt(useAfterFree);
                    }
                    put.run();
                });
            }
        };
    }
}
