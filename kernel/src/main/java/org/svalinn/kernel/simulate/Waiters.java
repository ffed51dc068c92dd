package org.svalinn.kernel.simulate;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Who waits on which object: a table that an uncontended step only looks into. */
final class Waiters {
    private long[] keys = new long[64];
    private @Nullable Line[] lines = new Line[64];
    private int used;
    private @Nullable Line idle;

    /** Those who wait on one object, in the order in which they came. */
    static final class Line {
        long object;
        @Nullable VirtualActor first;
        @Nullable VirtualActor last;
        /** Those of them who do not wait for a lock. */
        int others;
        /** The parts of the object that have been announced and not looked at since. */
        long announced;
        @Nullable Line next;

        /** Puts an actor where its ticket says: in most cases last. */
        void insert(VirtualActor actor) {
            VirtualActor before = last;
            while (before != null && before.ticket > actor.ticket) {
                before = before.before;
            }
            actor.before = before;
            actor.after = before == null ? first : before.after;
            if (actor.after == null) {
                last = actor;
            } else {
                actor.after.before = actor;
            }
            if (before == null) {
                first = actor;
            } else {
                before.after = actor;
            }
            others += actor.wantsLock ? 0 : 1;
        }

        void remove(VirtualActor actor) {
            if (actor.before == null) {
                first = actor.after;
            } else {
                actor.before.after = actor.after;
            }
            if (actor.after == null) {
                last = actor.before;
            } else {
                actor.after.before = actor.before;
            }
            actor.before = null;
            actor.after = null;
            others -= actor.wantsLock ? 0 : 1;
        }
    }

    /** The line at this object; null if nobody waits there. */
    @Nullable Line at(long object) {
        for (int slot = slot(object);; slot = slot + 1 & keys.length - 1) {
            Line line = lines[slot];
            if (line == null) {
                return null;
            }
            if (keys[slot] == object) {
                return line;
            }
        }
    }

    /** The line at this object, or a new one. */
    Line open(long object) {
        Line there = at(object);
        if (there != null) {
            return there;
        }
        if (used * 2 >= keys.length) {
            grow();
        }
        Line line = idle == null ? new Line() : idle;
        idle = line.next;
        line.next = null;
        line.object = object;
        put(line);
        used++;
        return line;
    }

    /** Forgets a line in which nobody waits. */
    void close(Line line) {
        int hole = slot(line.object);
        while (lines[hole] != line) {
            hole = hole + 1 & keys.length - 1;
        }
        // Those behind the hole move up, as long as that does not put them before their own slot.
        for (int from = hole + 1 & keys.length - 1;; from = from + 1 & keys.length - 1) {
            Line next = lines[from];
            if (next == null) {
                break;
            }
            int home = slot(keys[from]);
            if ((from - home & keys.length - 1) >= (from - hole & keys.length - 1)) {
                lines[hole] = next;
                keys[hole] = keys[from];
                hole = from;
            }
        }
        lines[hole] = null;
        used--;
        line.next = idle;
        idle = line;
    }

    private void grow() {
        @Nullable Line[] old = lines;
        keys = new long[keys.length * 2];
        lines = new Line[keys.length];
        Arrays.stream(old).forEach(line -> {
            if (line != null) {
                put(line);
            }
        });
    }

    private void put(Line line) {
        int slot = slot(line.object);
        while (lines[slot] != null) {
            slot = slot + 1 & keys.length - 1;
        }
        lines[slot] = line;
        keys[slot] = line.object;
    }

    private int slot(long object) {
        return (int) (object * 0x9E3779B97F4A7C15L >>> 32) & keys.length - 1;
    }
}
