package org.svalinn.explore;

import org.svalinn.explore.Operation.Access;

/** Which steps conflict, so that their order matters. */
final class Footprint {
    private Footprint() {}

    /** Whether two steps of different actors conflict: same object, same part, and accesses that do not commute. */
    static boolean conflict(
            Access access, long object, int count, long parts,
            Access otherAccess, long otherObject, int otherCount, long otherParts) {
        return access.conflictsWith(otherAccess)
                && (parts & otherParts) != 0
                && overlap(object, count, otherObject, otherCount);
    }

    private static boolean overlap(long object, int count, long otherObject, int otherCount) {
        if (count == 0 || otherCount == 0) {
            return false;
        }
        return Long.compareUnsigned(otherObject - object, count) < 0
                || Long.compareUnsigned(object - otherObject, otherCount) < 0;
    }
}
