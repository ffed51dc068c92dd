package org.svalinn.source.runtime;

import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;

/**
 * What executing C tells the world about the memory it touches. A bus may let other actors run before it returns:
 * the access takes place after that.
 */
public interface Bus {
    /** A bus that nobody listens to, for boot and for tests: a bad access ends the call that made it. */
    Bus SILENT = new Bus() {
        @Override
        public void access(Operation operation, long address, int size, boolean marked, Site site, Cpu cpu) {}

        @Override
        public void badAccess(Operation operation, long address, int size, Site site, Cpu cpu) {
            throw new BadAccess(operation, address, size, cpu.memory().state(address), site);
        }
    };

    /**
     * Called before each load and store of memory that other actors can reach: the heap, writable globals, and the
     * stacks of other actors; never for an actor's own stack nor for read-only data.
     *
     * @param operation READ or WRITE
     * @param size in bytes: 1, 2, 4 or 8, or the whole size of a copy or fill
     * @param marked whether the source marks the access as concurrent, as READ_ONCE does: it is volatile
     */
    void access(Operation operation, long address, int size, boolean marked, Site site, Cpu cpu);

    /**
     * Called right before an access whose bytes are not all live, or before a write to read-only data. When it
     * returns, the access goes on with whatever the memory holds; outside of the simulated memory a load gives 0 and
     * a store is lost.
     */
    void badAccess(Operation operation, long address, int size, Site site, Cpu cpu);

    /** Called for a call through a pointer that holds no function's address; it cannot go on. */
    default RuntimeException badCall(long address, Site site, Cpu cpu) {
        return cpu.unmodelled("call of 0x" + Long.toHexString(address) + ", which is no function", site);
    }
}
