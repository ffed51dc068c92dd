/**
 * What the kernel synchronises with: counts, locks, waits, RCU, work queues; and what every part of it needs: the scheduler,
 * the allocator, who holds what. Each visible operation is a step; each misuse a violation.
 */
@NullMarked
package org.svalinn.kernel.sync;

import org.jspecify.annotations.NullMarked;
