/**
 * Device drivers: what turns an open file into a bond of a device and an address space, and its close into the bond's
 * end.
 *
 * <p>A {@link org.svalinn.kernel.driver.CharDevice} is what a task opens; behind it is one of two drivers, which differ
 * in who is told of the PASID. {@link org.svalinn.kernel.driver.UacceDriver} has queues of one PASID each, and stops
 * them; {@link org.svalinn.kernel.driver.IdxdDriver} has one queue for all, into which tasks enqueue by ENQCMD with the
 * PASID that the processor has for them, and can only wait until what is enqueued is done. Both bring the device to
 * rest before they unbind, which is what unbind asks for, and they alone know how.
 *
 * <p>What is not modelled: the removal of a device while its files are open, errors and resets of a device, {@code
 * ioctl()}, the split of a uacce queue's start from its open, and idxd's dedicated queues. Queues of one PASID, of
 * several opens by one process, are one to the device.
 */
@NullMarked
package org.svalinn.kernel.driver;

import org.jspecify.annotations.NullMarked;
