/**
 * What the kernel synchronises with, and what every part of it needs: the {@link org.svalinn.kernel.sync.Scheduler},
 * the {@link org.svalinn.kernel.sync.Slab allocator}, who {@link org.svalinn.kernel.sync.Holders holds} what.
 *
 * <p>Each visible operation is a step, and no more than that: readers commute, counts commute away from zero, work on
 * different parts does not conflict. Soundness tests compare, for each primitive, what the reduced search finds of
 * small random programs with what every interleaving shows.
 *
 * <p>Each misuse is a violation, by these checks: {@code bad-unlock}, {@code recursive-locking}, {@code lock-not-held},
 * {@code held-lock-freed}, {@code sleeping-in-atomic} (allocation may sleep too), {@code refcount}, {@code
 * use-after-free}, {@code double-free}; and {@code deadlock} for who waits for himself: in an own read-side section for
 * a grace period, as a worker for its own queue.
 *
 * <p>What it cannot do: interrupts are threads, so that there is no hard interrupt that could come to who holds a spin
 * lock, and no {@code irqsave}. Locks have no classes: an inversion is found as the deadlock it leads to, in the
 * executions in which it does. Nobody is kept out by a waiting writer, see {@link org.svalinn.kernel.sync.RwSem}.
 * Memory is sequentially consistent.
 */
@NullMarked
package org.svalinn.kernel.sync;

import org.jspecify.annotations.NullMarked;
