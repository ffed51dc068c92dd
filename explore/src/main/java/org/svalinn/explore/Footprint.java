package org.svalinn.explore;

/** What steps touch: ranges of objects, by their unsigned ids. */
final class Footprint {
    private Footprint() {}

    static boolean overlap(long object, int count, long otherObject, int otherCount) {
        if (count == 0 || otherCount == 0) {
            return false;
        }
        return Long.compareUnsigned(otherObject - object, count) < 0
                || Long.compareUnsigned(object - otherObject, otherCount) < 0;
    }
}
