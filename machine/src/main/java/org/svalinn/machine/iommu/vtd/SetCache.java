package org.svalinn.machine.iommu.vtd;

import java.util.Arrays;

/**
 * A cache of four ways. It begins empty and doubles when a set overflows, until it is as large as it may be; from then
 * on the ways of a set are replaced in turn. A lookup changes nothing, so lookups commute.
 *
 * <p>An entry has a key, a tag, and some values. A tag of 0 means that there is no entry.
 */
final class SetCache {
    static final int NONE = -1;

    private static final int WAYS = 4;

    /** One set that is never filled: a cache in which there is nothing yet needs no case of its own. */
    private static final long[] NO_ENTRIES = new long[WAYS];

    private static final long[] NO_VALUES = {};
    private static final byte[] NO_TURNS = {};

    private final int width;
    private final int mostSets;

    private long[] keys = NO_ENTRIES;
    private long[] tags = NO_ENTRIES;
    private long[] values = NO_VALUES;
    private byte[] turns = NO_TURNS;
    private int count;

    private long[] savedKeys = NO_ENTRIES;
    private long[] savedTags = NO_ENTRIES;
    private long[] savedValues = NO_VALUES;
    private byte[] savedTurns = NO_TURNS;
    private int savedCount;

    /**
     * @param values how many an entry has
     * @param mostEntries at least 4; a power of two
     */
    SetCache(int values, int mostEntries) {
        width = values;
        mostSets = Math.max(1, Integer.highestOneBit(Math.max(1, mostEntries / WAYS)));
    }

    /** The number of the entry with this key and tag, or {@link #NONE}. */
    int find(long key, long tag) {
        long[] inTags = tags;
        long[] inKeys = keys;
        int first = first(key, tag, inTags.length);
        for (int at = first; at < first + WAYS; at++) {
            if (inTags[at] == tag && inKeys[at] == key) {
                return at;
            }
        }
        return NONE;
    }

    /** Makes an entry, or finds it; its values are then for the caller to set. */
    int insert(long key, long tag) {
        while (true) {
            long[] inTags = tags;
            int first = first(key, tag, inTags.length);
            int free = NONE;
            for (int at = first; at < first + WAYS; at++) {
                if (inTags[at] == tag && keys[at] == key) {
                    return at;
                }
                if (inTags[at] == 0 && free == NONE) {
                    free = at;
                }
            }
            if (turns.length == 0 || free == NONE && turns.length < mostSets) {
                grow();
                continue;
            }
            if (free == NONE) {
                int set = first / WAYS;
                free = first + turns[set];
                turns[set] = (byte) ((turns[set] + 1) % WAYS);
            } else {
                count++;
            }
            keys[free] = key;
            inTags[free] = tag;
            return free;
        }
    }

    long key(int entry) {
        return keys[entry];
    }

    /** Its tag; 0 if it is none. */
    long tag(int entry) {
        return tags[entry];
    }

    long value(int entry, int which) {
        return values[entry * width + which];
    }

    void value(int entry, int which, long value) {
        values[entry * width + which] = value;
    }

    /** Numbers of entries are less than this. */
    int size() {
        return tags.length;
    }

    /** Whether there is nothing in it. */
    boolean isEmpty() {
        return count == 0;
    }

    /** Takes the entry of this number away, if it is one. */
    void remove(int entry) {
        if (tags[entry] != 0) {
            tags[entry] = 0;
            count--;
        }
    }

    /** Takes an entry away, if it is there. */
    void remove(long key, long tag) {
        int at = find(key, tag);
        if (at != NONE) {
            remove(at);
        }
    }

    void clear() {
        count = 0;
        if (turns.length != 0) {
            Arrays.fill(tags, 0);
        }
    }

    void snapshot() {
        savedKeys = keys.clone();
        savedTags = tags.clone();
        savedValues = values.clone();
        savedTurns = turns.clone();
        savedCount = count;
    }

    void restore() {
        count = savedCount;
        if (turns.length == savedTurns.length) {
            if (turns.length != 0) {
                System.arraycopy(savedKeys, 0, keys, 0, keys.length);
                System.arraycopy(savedTags, 0, tags, 0, tags.length);
                System.arraycopy(savedValues, 0, values, 0, values.length);
                System.arraycopy(savedTurns, 0, turns, 0, turns.length);
            }
        } else {
            keys = savedKeys.clone();
            tags = savedTags.clone();
            values = savedValues.clone();
            turns = savedTurns.clone();
        }
    }

    /** The first entry of the set, among so many. */
    private static int first(long key, long tag, int entries) {
        long mixed = (key ^ tag * 0x9E3779B97F4A7C15L) * 0xD6E8FEB86659FD93L;
        return (int) (mixed >>> 40) & entries - 1 & -WAYS;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldTags = tags;
        long[] oldValues = values;
        int entries = turns.length == 0 ? WAYS : 2 * oldTags.length;
        keys = new long[entries];
        tags = new long[entries];
        values = new long[entries * width];
        turns = new byte[entries / WAYS];
        for (int from = 0; from < oldTags.length; from++) {
            if (oldTags[from] != 0) {
                // Four entries of one set go to at most two sets: there is room.
                int to = first(oldKeys[from], oldTags[from], entries);
                while (tags[to] != 0) {
                    to++;
                }
                keys[to] = oldKeys[from];
                tags[to] = oldTags[from];
                System.arraycopy(oldValues, from * width, values, to * width, width);
            }
        }
    }
}
