package org.svalinn.source.floor;

/** What steps of the floor touch that is not in memory. Small numbers, so that no address is among them. */
final class FloorObject {
    static final long RCU = 1;
    static final long RCU_CALLBACKS = 2;
    static final long WORK = 3;
    static final long SRCU_CALLBACKS = 4;
    /** Who sleeps in a loop that polls: a part for each actor. */
    static final long SPINNING = 5;

    /** Numbers from here on are for who drives the kernel: births, signals. */
    static final long LIMIT = 1024;

    private static final int SECTION_SHIFT = 20;
    private static final long SECTIONS = 1L << 40;

    private FloorObject() {}

    /** The read-side section that the actor began as its n-th. */
    static long section(int actor, int number) {
        return SECTIONS + ((long) actor << SECTION_SHIFT) + number;
    }

    /** Whether it is not in memory. */
    static boolean is(long object) {
        return object > 0 && object < SECTIONS << 1;
    }

    static String describe(long object) {
        if (object >= SECTIONS) {
            return "read-side section";
        }
        return switch ((int) object) {
            case (int) RCU -> "RCU readers";
            case (int) RCU_CALLBACKS -> "RCU callbacks";
            case (int) WORK -> "work queues";
            case (int) SRCU_CALLBACKS -> "SRCU callbacks";
            case (int) SPINNING -> "loops that poll";
            default -> "#" + object;
        };
    }
}
