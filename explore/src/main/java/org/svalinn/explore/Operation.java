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
    ACQUIRE(Access.WRITE),
    RELEASE(Access.WRITE),
    /** Begins a section that any number of actors may be in, such as an RCU reader's. */
    ENTER(Access.ADD),
    LEAVE(Access.ADD),
    /** Waits for a condition on the object. */
    WAIT(Access.WRITE),
    /** Makes a condition on the object true. */
    SIGNAL(Access.WRITE),
    ALLOCATE(Access.WRITE),
    FREE(Access.WRITE),
    CHOOSE(Access.READ);

    /** How an operation touches its object. Two steps conflict unless both are READ or both are ADD. */
    public enum Access {
        READ,
        ADD,
        WRITE;

        public boolean conflictsWith(Access other) {
            return this != other || this == WRITE;
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
