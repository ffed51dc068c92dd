/**
 * The floor: the functions of the kernel that Java provides, because below them there is nothing to run: the allocator,
 * locks, atomics, grace periods, work queues, {@code current}, and what the kernel says of itself (BUG, WARN).
 *
 * <p>{@link org.svalinn.source.floor.Floor} is the list, as data: each entry names the function and what it stands for.
 * {@link org.svalinn.source.floor.World} is the state that the floor keeps beside memory in one execution. What can be
 * kept in the simulated memory is kept there (who owns a lock stands in the lock), so that it is copied, checked for
 * use after free and forgotten with the rest.
 *
 * <p>Limits: memory is sequentially consistent; allocations do not fail; one worker serves all work queues; one grace
 * period is under way at a time for RCU and one for each SRCU domain; timers do not exist.
 */
@NullMarked
package org.svalinn.source.floor;

import org.jspecify.annotations.NullMarked;
