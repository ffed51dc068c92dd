package org.svalinn.machine.pcie;

/** What a broken device does. Each is the wrong twin of something that the specification asks of it. */
public enum Misbehaviour {
    /**
     * An Invalidate Request is taken, and then nothing: no entry is dropped, no completion is sent. The time-out runs
     * out.
     */
    IGNORES_INVALIDATION,
    /** An Invalidate Request is completed, but the entries stay. */
    KEEPS_INVALIDATED_TRANSLATION,
    /** The Invalidate Completion is sent while requests with the old translation are still in flight (10.3.3). */
    COMPLETES_INVALIDATION_EARLY,
    /** The Invalidate Completion is sent after the time-out has run out. */
    COMPLETES_INVALIDATION_LATE,
    /** A Translation Completion that an Invalidate Request has overtaken is used, and cached, all the same (10.1.1). */
    USES_OVERTAKEN_TRANSLATION,
    /** Goes on sending requests after it was told to stop. */
    SENDS_AFTER_STOP,
    /** A Stop Marker overtakes Page Requests that are still being sent (10.4.1.2.1). */
    SENDS_STOP_MARKER_EARLY,
    /** Says that it has drained while it has not. */
    DRAINS_EARLY,
    /** Never says that it has drained. */
    NEVER_DRAINS,
    /** A PRG Response for a group that was never asked for is taken to answer the oldest that was. */
    ACCEPTS_UNEXPECTED_RESPONSE,
    /** Every group has the same Page Request Group Index, also while one is outstanding (10.4.1). */
    REUSES_GROUP_INDEX
}
