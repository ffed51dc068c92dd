/**
 * Physical memory: bytes in pages, each of which knows what it is for and whose it is. Whoever touches a page that is no
 * longer what they take it for, a device that writes to a freed page above all, is reported together with whoever freed it.
 *
 * <p>{@link org.svalinn.machine.memory.PhysicalMemory} is what hardware sees; {@link org.svalinn.machine.memory.Ram} is a
 * machine's own, and a kernel that has memory of its own puts that in its place.
 *
 * <p>Memory is sequentially consistent; an access does not cross a page.
 */
@NullMarked
package org.svalinn.machine.memory;

import org.jspecify.annotations.NullMarked;
