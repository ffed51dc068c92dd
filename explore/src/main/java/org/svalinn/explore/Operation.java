package org.svalinn.explore;

/** What a step does to the object it names. The {@link Access} decides which steps commute; the name is for people. */
public enum Operation {
    START(Access.WRITE),
    READ(Access.READ),
    WRITE(Access.WRITE),
    /** A read-modify-write whose result is observed: exchange, compare-and-exchange, decrement-and-test. */
    UPDATE(Access.WRITE),
    /** A read-modify-write whose result nobody sees: two of them commute. */
    ADD(Access.ADD),
    /** A read-modify-write of which only zero is observed, see {@link Run#count}: away from zero two of them commute. */
    COUNT(Access.COUNT),
    /**
     * Takes an exclusive lock: from an actor's ACQUIRE to its RELEASE of the same parts, and as long as nothing but
     * READ steps touch them in between, no condition of an ACQUIRE or ENTER of these parts holds. The search relies on it; a
     * lock that others take too shows when it is released, as an error. Everything else may be mixed with it: readers
     * that ENTER and LEAVE, an UPDATE that tries to take the lock, a SIGNAL that turns a writer into a reader.
     */
    ACQUIRE(Access.WRITE),
    RELEASE(Access.WRITE),
    /** Begins a section that any number of actors may be in, such as an RCU reader's. */
    ENTER(Access.ADD),
    /** Ends it. Just before it no condition of an ACQUIRE of the same parts holds: the search relies on that too. */
    LEAVE(Access.ADD),
    /** Waits for a condition on the object. */
    WAIT(Access.WRITE),
    /** Makes a condition on the object true. */
    SIGNAL(Access.WRITE),
    ALLOCATE(Access.WRITE),
    FREE(Access.WRITE),
    CHOOSE(Access.READ);

    /**
     * How an operation touches its object. Two steps conflict unless both are READ or both are ADD; two that COUNT
     * conflict where {@link Counting} says so.
     */
    public enum Access {
        READ,
        ADD,
        COUNT,
        WRITE;

        /** Whether steps with these accesses conflict; for two that COUNT on one counter there is more to ask. */
        public boolean conflictsWith(Access other) {
            return this != other || this == WRITE || this == COUNT;
        }
    }

    private final Access access;

    Operation(Access access) {
        this.access = access;
    }

    public Access access() {
        return access;
    }
}
