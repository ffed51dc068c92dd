package org.svalinn.explore;

import java.util.Arrays;
import org.svalinn.explore.Operation.Access;

/**
 * For each object the steps that have touched it, one chain for each {@link Access}, latest first. Steps are added and
 * taken away at the end only. Object ids are any 64-bit numbers, found by open addressing; neighbours in a range are
 * neighbours in the table. Nothing is allocated once the arrays have grown to the longest execution.
 */
final class AccessLog {
    static final int NONE = -1;
    private static final int CHAINS = Access.values().length;
    private static final int NEIGHBOURHOOD = 16;

    private long[] objects = new long[256];
    private boolean[] used = new boolean[256];
    private int[] heads = emptyHeads(256);
    private int slotsUsed;

    private int entries;
    private int[] entryStep = new int[256];
    private int[] entryBefore = new int[256];
    /** The place of the head that the entry hangs from. */
    private int[] entryHead = new int[256];

    private static int[] emptyHeads(int slots) {
        int[] heads = new int[slots * CHAINS];
        Arrays.fill(heads, NONE);
        return heads;
    }

    /** How many entries there are: what {@link #truncate} takes. */
    int size() {
        return entries;
    }

    /** The latest entry of the steps that touched the object with that access, or {@link #NONE}. */
    int latest(long object, Access access) {
        int slot = slot(object);
        return used[slot] ? heads[slot * CHAINS + access.ordinal()] : NONE;
    }

    /** The entry before this one in its chain, or {@link #NONE}. */
    int before(int entry) {
        return entryBefore[entry];
    }

    int step(int entry) {
        return entryStep[entry];
    }

    void add(long object, Access access, int step) {
        if (slotsUsed * 2 >= objects.length) {
            rebuild();
        }
        int slot = slot(object);
        if (!used[slot]) {
            used[slot] = true;
            objects[slot] = object;
            slotsUsed++;
        }
        if (entries == entryStep.length) {
            int size = entries * 2;
            entryStep = Arrays.copyOf(entryStep, size);
            entryBefore = Arrays.copyOf(entryBefore, size);
            entryHead = Arrays.copyOf(entryHead, size);
        }
        int head = slot * CHAINS + access.ordinal();
        entryStep[entries] = step;
        entryBefore[entries] = heads[head];
        entryHead[entries] = head;
        heads[head] = entries++;
    }

    /** Takes away the latest entries until {@code size} are left. */
    void truncate(int size) {
        while (entries > size) {
            entries--;
            heads[entryHead[entries]] = entryBefore[entries];
        }
    }

    private int slot(long object) {
        int mask = objects.length - 1;
        long block = (object >>> 4) * 0x9E3779B97F4A7C15L;
        int slot = (int) (block >>> 32) * NEIGHBOURHOOD + (int) (object & NEIGHBOURHOOD - 1) & mask;
        while (used[slot] && objects[slot] != object) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /** Drops the objects that nobody touches any more; grows when that does not make enough room. */
    private void rebuild() {
        long[] oldObjects = objects;
        boolean[] oldUsed = used;
        int[] oldHeads = heads;
        int live = 0;
        for (int slot = 0; slot < oldObjects.length; slot++) {
            live += oldUsed[slot] && isTouched(oldHeads, slot) ? 1 : 0;
        }
        int size = live * 4 >= oldObjects.length ? oldObjects.length * 2 : oldObjects.length;
        objects = new long[size];
        used = new boolean[size];
        heads = emptyHeads(size);
        slotsUsed = live;
        int[] moved = new int[oldHeads.length];
        for (int old = 0; old < oldObjects.length; old++) {
            if (oldUsed[old] && isTouched(oldHeads, old)) {
                int slot = slot(oldObjects[old]);
                used[slot] = true;
                objects[slot] = oldObjects[old];
                for (int chain = 0; chain < CHAINS; chain++) {
                    heads[slot * CHAINS + chain] = oldHeads[old * CHAINS + chain];
                    moved[old * CHAINS + chain] = slot * CHAINS + chain;
                }
            }
        }
        for (int entry = 0; entry < entries; entry++) {
            entryHead[entry] = moved[entryHead[entry]];
        }
    }

    private static boolean isTouched(int[] heads, int slot) {
        for (int chain = 0; chain < CHAINS; chain++) {
            if (heads[slot * CHAINS + chain] != NONE) {
                return true;
            }
        }
        return false;
    }
}
