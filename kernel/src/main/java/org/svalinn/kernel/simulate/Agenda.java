package org.svalinn.kernel.simulate;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is to happen when, in order of time, and in the order of scheduling where times are equal. What happens now
 * stands in a queue of its own, so that only waiting costs a logarithm.
 */
final class Agenda {
    private final ArrayDeque<Entry> now = new ArrayDeque<>();
    private long[] times = new long[64];
    private long[] tickets = new long[64];
    private @Nullable Entry[] entries = new Entry[64];
    private int size;
    private long nextTicket;
    private long time;

    /** Something that happens. */
    interface Entry {
        void happen();
    }

    /** The present. */
    long time() {
        return time;
    }

    /** To happen now, after everything that has been scheduled for now. */
    void add(Entry entry) {
        now.add(entry);
    }

    /** To happen then; not in the past. */
    void add(long when, Entry entry) {
        if (when < time) {
            throw new IllegalArgumentException("at " + when + ", and it is " + time);
        }
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            tickets = Arrays.copyOf(tickets, size * 2);
            entries = Arrays.copyOf(entries, size * 2);
        }
        siftUp(size++, when, nextTicket++, entry);
    }

    boolean isEmpty() {
        return now.isEmpty() && size == 0;
    }

    /**
     * Takes what comes next, and goes on to its time. What was scheduled for this time when it was still to come was
     * scheduled before anything that was added since, and so comes first.
     */
    @Nullable Entry next() {
        if (size > 0 && (times[0] == time || now.isEmpty())) {
            time = times[0];
            return poll();
        }
        return now.poll();
    }

    private @Nullable Entry poll() {
        Entry first = entries[0];
        size--;
        Entry last = entries[size];
        entries[size] = null;
        if (size > 0 && last != null) {
            siftDown(times[size], tickets[size], last);
        }
        return first;
    }

    private void siftUp(int from, long when, long ticket, Entry entry) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (times[parent] <= when) {
                break;
            }
            put(at, times[parent], tickets[parent], entries[parent]);
            at = parent;
        }
        put(at, when, ticket, entry);
    }

    private void siftDown(long when, long ticket, Entry entry) {
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && isBefore(child + 1, times[child], tickets[child])) {
                child++;
            }
            if (!isBefore(child, when, ticket)) {
                break;
            }
            put(at, times[child], tickets[child], entries[child]);
            at = child;
        }
        put(at, when, ticket, entry);
    }

    private boolean isBefore(int at, long when, long ticket) {
        return times[at] < when || times[at] == when && tickets[at] < ticket;
    }

    private void put(int at, long when, long ticket, @Nullable Entry entry) {
        times[at] = when;
        tickets[at] = ticket;
        entries[at] = entry;
    }
}
