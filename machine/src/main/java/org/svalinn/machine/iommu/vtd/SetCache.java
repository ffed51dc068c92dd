package org.svalinn.machine.iommu.vtd;

import java.util.Arrays;

/**
 * A cache of four ways. It begins empty and doubles when a set overflows, until it is as large as it may be; from then on
 * the ways of a set are replaced in turn. A lookup changes nothing, so lookups commute.
 *
 * <p>An entry is {@code stride} numbers in {@link #data}: key, tag, and what the owner keeps. A tag of 0 means that there is no
 * entry.
 */
final class SetCache {
    static final int NONE = -1;
    static final int KEY = 0;
    static final int TAG = 1;
    static final int VALUE = 2;

    private static final int WAYS = 4;
    private static final long[] NOTHING = {};
    private static final byte[] NO_TURNS = {};

    private final int stride;
    private final int mostSets;

    long[] data = NOTHING;
    private byte[] turns = NO_TURNS;
    private int sets;

    private long[] savedData = NOTHING;
    private byte[] savedTurns = NO_TURNS;

    SetCache(int values, int mostEntries) {
        stride = VALUE + values;
        mostSets = Math.max(1, Integer.highestOneBit(Math.max(1, mostEntries / WAYS)));
    }

    /** Where the entry is in {@link #data}, or {@link #NONE}. */
    int find(long key, long tag) {
        if (sets == 0) {
            return NONE;
        }
        long[] entries = data;
        int at = set(key, tag) * WAYS * stride;
        for (int way = 0; way < WAYS; way++, at += stride) {
            if (entries[at] == key && entries[at + TAG] == tag) {
                return at;
            }
        }
        return NONE;
    }

    /** Makes an entry, or finds it; its values are then for the caller to set. */
    int insert(long key, long tag) {
        int found = find(key, tag);
        if (found != NONE) {
            return found;
        }
        while (true) {
            int at = sets == 0 ? NONE : free(key, tag);
            if (at == NONE) {
                if (sets < mostSets) {
                    grow();
                    continue;
                }
                int set = set(key, tag);
                at = (set * WAYS + turns[set]) * stride;
                turns[set] = (byte) ((turns[set] + 1) % WAYS);
            }
            data[at] = key;
            data[at + TAG] = tag;
            return at;
        }
    }

    void remove(int at) {
        data[at + TAG] = 0;
    }

    void clear() {
        for (int at = 0; at < data.length; at += stride) {
            data[at + TAG] = 0;
        }
    }

    int stride() {
        return stride;
    }

    void snapshot() {
        savedData = data.clone();
        savedTurns = turns.clone();
    }

    void restore() {
        if (data.length == savedData.length) {
            System.arraycopy(savedData, 0, data, 0, data.length);
            System.arraycopy(savedTurns, 0, turns, 0, turns.length);
        } else {
            data = savedData.clone();
            turns = savedTurns.clone();
        }
        sets = turns.length;
    }

    private int free(long key, long tag) {
        int at = set(key, tag) * WAYS * stride;
        for (int way = 0; way < WAYS; way++, at += stride) {
            if (data[at + TAG] == 0) {
                return at;
            }
        }
        return NONE;
    }

    private int set(long key, long tag) {
        long mixed = (key ^ tag * 0x9E3779B97F4A7C15L) * 0xD6E8FEB86659FD93L;
        return (int) (mixed >>> 40) & sets - 1;
    }

    private void grow() {
        long[] old = data;
        sets = sets == 0 ? 1 : sets * 2;
        data = new long[sets * WAYS * stride];
        turns = new byte[sets];
        for (int from = 0; from < old.length; from += stride) {
            if (old[from + TAG] != 0) {
                int to = free(old[from], old[from + TAG]);
                // Four entries of one set go to at most two sets: there is room.
                System.arraycopy(old, from, data, to, stride);
            }
        }
    }

    @Override
    public String toString() {
        return Arrays.toString(data);
    }
}
