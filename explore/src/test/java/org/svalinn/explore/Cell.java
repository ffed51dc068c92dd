package org.svalinn.explore;

import java.util.function.IntPredicate;

/** A shared variable of a test program, also a lock or a reference count. Each method is one step. */
final class Cell {
    private final Run run;
    private final long id;
    private int value;

    Cell(Run run, long id, int value) {
        this.run = run;
        this.id = id;
        this.value = value;
    }

    /** The value, looked at by nobody in the program. */
    int peek() {
        return value;
    }

    int read(String where) {
        run.step(Operation.READ, id, -1, Site.named(where));
        return value;
    }

    void write(int newValue, String where) {
        run.step(Operation.WRITE, id, -1, Site.named(where));
        value = newValue;
    }

    void add(int delta, String where) {
        run.step(Operation.ADD, id, -1, Site.named(where));
        value += delta;
    }

    /** Adds, and returns what there was before. */
    int fetchAndAdd(int delta, String where) {
        run.step(Operation.UPDATE, id, -1, Site.named(where));
        int before = value;
        value += delta;
        run.note(before + " -> " + value);
        return before;
    }

    boolean compareAndSet(int expected, int newValue, String where) {
        run.step(Operation.UPDATE, id, -1, Site.named(where));
        boolean success = value == expected;
        if (success) {
            value = newValue;
        }
        return success;
    }

    boolean incrementUnlessZero(String where) {
        run.step(Operation.UPDATE, id, -1, Site.named(where));
        if (value == 0) {
            return false;
        }
        value++;
        return true;
    }

    /** Gets a reference. */
    void get(String where) {
        count(1, where);
        value++;
    }

    boolean getUnlessZero(String where) {
        count(1, where);
        value += value == 0 ? 0 : 1;
        return value != 0;
    }

    /** Drops a reference; true when it was the last. */
    boolean put(String where) {
        count(-1, where);
        value--;
        return value == 0;
    }

    private void count(int delta, String where) {
        run.count(id, -1, delta, () -> value, Site.named(where));
    }

    void lock(String where) {
        run.await(Operation.ACQUIRE, id, () -> value == 0, Site.named(where));
        value = 1;
    }

    void unlock(String where) {
        run.step(Operation.RELEASE, id, -1, Site.named(where));
        value = 0;
    }

    int waitUntil(IntPredicate condition, String where) {
        run.await(Operation.WAIT, id, () -> condition.test(value), Site.named(where));
        return value;
    }
}
