/**
 * What executing C runs on: {@link org.svalinn.source.runtime.Memory} with real addresses and bytes, a
 * {@link org.svalinn.source.runtime.Cpu} for each actor, a {@link org.svalinn.source.runtime.Bus} that hears of each
 * access of shared memory before it happens, and the {@link org.svalinn.source.runtime.Image} of the linked program.
 *
 * <p>The fast path of a load is one range check for the actor's own stack, one for memory that nobody writes, the call
 * of the bus, one byte of shadow and the load itself.
 *
 * <p>Limits: an image serves one execution at a time and one thread. Memory is sequentially consistent. Whether a byte
 * was ever written is not tracked: memory that was never written reads as zeros, a stack as what was there.
 */
@NullMarked
package org.svalinn.source.runtime;

import org.jspecify.annotations.NullMarked;
