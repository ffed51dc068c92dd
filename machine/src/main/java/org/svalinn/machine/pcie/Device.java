package org.svalinn.machine.pcie;

/**
 * What a device does with a piece of work. This is all that an author of a device writes: queue, translation, page
 * requests, stopping, completion record and interrupt are the {@link Engine}'s.
 *
 * <p>A device that adds up a linked list in the memory of a process, following the process's own pointers:
 *
 * {@snippet :
 * Device adder = (work, dma) -> {
 *     long sum = 0;
 *     for (long node = work.address(); node != 0; node = dma.read(node + 8, 8)) {
 *         sum += dma.read(node, 8);
 *     }
 *     return sum;
 * };
 * }
 *
 * A device keeps no state of its own from one piece of work to the next that another actor could observe: what must
 * be seen goes to memory.
 */
@FunctionalInterface
public interface Device {
    /**
     * Does it, on the engine's actor.
     *
     * @param work what the driver asked for; the operation code is the device's own to define
     * @param dma reaches memory with the PASID of the work
     * @return the result, for the completion record; of no account when a request has failed
     */
    long execute(Work work, Dma dma);
}
