package org.svalinn.source.floor;

/** What steps of the floor touch that is not in memory. Small numbers, so that no address is among them. */
final class FloorObject {
    static final long RCU = 1;
    static final long RCU_CALLBACKS = 2;
    static final long WORK = 3;
    static final long SRCU_CALLBACKS = 4;

    /** Numbers from here on are for who drives the kernel: births, signals. */
    static final long LIMIT = 1024;

    private FloorObject() {}

    static String describe(long object) {
        return switch ((int) object) {
            case (int) RCU -> "RCU readers";
            case (int) RCU_CALLBACKS -> "RCU callbacks";
            case (int) WORK -> "work queues";
            case (int) SRCU_CALLBACKS -> "SRCU callbacks";
            default -> "#" + object;
        };
    }
}
