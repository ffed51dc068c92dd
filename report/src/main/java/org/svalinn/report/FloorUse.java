package org.svalinn.report;

import java.util.List;

/**
 * What ran as C in a scenario, and what Java provided.
 *
 * @param inC functions that ran as the tree has them
 * @param onFloor functions that ran on the floor
 * @param wholeFloor everything that the floor has, run or not
 */
public record FloorUse(List<CCode> inC, List<Provided> onFloor, List<Provided> wholeFloor) {
    public FloorUse {
        inC = List.copyOf(inC);
        onFloor = List.copyOf(onFloor);
        wholeFloor = List.copyOf(wholeFloor);
    }

    /** A function that ran as C: its file in the tree, and how often it was called. */
    public record CCode(String function, String file, long calls) {}

    /** A function that Java provides: what it stands for, and how often it was called. */
    public record Provided(String function, String standsFor, long calls) {}
}
