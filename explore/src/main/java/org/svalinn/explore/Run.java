package org.svalinn.explore;

import java.util.function.BooleanSupplier;

/**
 * One execution: actors that take turns. Everything an actor does between two steps happens without interruption.
 * Stub: signatures only.
 */
public final class Run {
    Run() {}

    /** Adds an actor. Its body runs in direct style; each of its visible operations is a step. */
    public Actor spawn(String name, Runnable body) {
        throw new UnsupportedOperationException();
    }

    /** Adds an actor that serves the others: a run is over when only daemons are left, all waiting. */
    public Actor spawnDaemon(String name, Runnable body) {
        throw new UnsupportedOperationException();
    }

    /** The actor whose code is running. */
    public Actor current() {
        throw new UnsupportedOperationException();
    }

    /**
     * One visible operation on (part of) one object, taken when the schedule says so.
     *
     * @param object identifies what is touched, the same in every interleaving
     * @param parts which of the up to 64 parts of the object: two steps conflict only where they share a part
     */
    public void step(Operation operation, long object, long parts, Site site) {
        throw new UnsupportedOperationException();
    }

    /** One visible operation on the whole of {@code count} consecutive objects. */
    public void stepRange(Operation operation, long firstObject, int count, Site site) {
        throw new UnsupportedOperationException();
    }

    /**
     * One visible operation that can only be taken while {@code enabled} holds. The condition may depend only on
     * state that steps on the same object change, and has no effects.
     */
    public void await(Operation operation, long object, BooleanSupplier enabled, Site site) {
        throw new UnsupportedOperationException();
    }

    /** A choice of data: every one of {@code 0..alternatives-1} is explored. */
    public int choose(int alternatives, Site site) {
        throw new UnsupportedOperationException();
    }

    /** Reports a violation after which the actor can go on. The execution continues. */
    public void report(Violation violation) {
        throw new UnsupportedOperationException();
    }

    /** Reports a violation after which the actor cannot go on. Never returns: throw the result to please the compiler. */
    public RuntimeException halt(Violation violation) {
        throw new UnsupportedOperationException();
    }

    /** Marks a goal of the program as reached. */
    public void reach(String goal) {
        throw new UnsupportedOperationException();
    }

    /** Whether this execution is being told to people: then notes are kept, and call paths asked for. */
    public boolean isNarrating() {
        throw new UnsupportedOperationException();
    }

    /** While narrating, adds to what is told of the step just taken, such as {@code 2 -> 1}. */
    public void note(String text) {
        throw new UnsupportedOperationException();
    }
}
