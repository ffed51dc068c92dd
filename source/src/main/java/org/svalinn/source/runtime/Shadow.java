package org.svalinn.source.runtime;

/** What is known of eight aligned bytes of memory, as the kernel's KASAN knows it. */
public enum Shadow {
    /** Never handed out, or outside of the simulated memory. */
    UNALLOCATED(0),
    LIVE(8),
    FREED(-1),
    /** Beside an object: only a broken index or pointer gets here. */
    REDZONE(-2),
    READ_ONLY(-3);

    /** The byte that stands for it; for LIVE, how many of the eight bytes are valid: 1 to 8. */
    final byte code;

    Shadow(int code) {
        this.code = (byte) code;
    }

    static Shadow of(byte code) {
        return switch (code) {
            case 0 -> UNALLOCATED;
            case -1 -> FREED;
            case -2 -> REDZONE;
            case -3 -> READ_ONLY;
            default -> LIVE;
        };
    }
}
