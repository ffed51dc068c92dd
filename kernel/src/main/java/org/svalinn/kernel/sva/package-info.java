/**
 * Shared virtual addressing: bonds of devices and address spaces, and the handling of page faults that devices raise.
 *
 * <p>{@link org.svalinn.kernel.sva.IommuSva} binds and unbinds; all designs are one body of code, which asks the
 * variant where they differ. An unbind goes through, in this order: the bond leaves the list that {@code release()} and
 * fault handlers read; the IOMMU's driver clears the entry; page requests are drained, in hardware and in handlers;
 * and, with the last bond of the mm, its notifier goes, then what the IOMMU has of the mm, then {@code mm_count}.
 *
 * <p>Who may wait for whom is what has to be right here. {@code release()} runs in an SRCU read-side section, inside of
 * the last {@code mmput()}, which may be a fault handler's:
 * <ul>
 *   <li>an unbind that waits for SRCU with the mutex held (VT-d up to 6.7) needs a {@code release()} that does without
 * the mutex;
 *   <li>where {@code release()} takes the mutex (Arm up to 6.7, and a release that tears down), an unbind
 * that waits for fault handlers with it held needs handlers that leave the last {@code mmput()} to somebody else;
 *   <li>6.12 avoids both: its notifiers are put, and a spin lock is all that {@code release()} takes.
 * </ul>
 */
@NullMarked
package org.svalinn.kernel.sva;

import org.jspecify.annotations.NullMarked;
