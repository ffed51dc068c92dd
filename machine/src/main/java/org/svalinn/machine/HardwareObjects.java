package org.svalinn.machine;

import java.util.ArrayList;
import java.util.List;

/**
 * Numbers for what steps touch that is not memory: registers, caches, message queues. They are given in the order in
 * which a machine is put together, and so are the same in every execution.
 */
public final class HardwareObjects {
    /** Below every number of a memory at kernel addresses, above every number of a memory that begins at 0. */
    private static final long FIRST = 1L << 50;

    private final List<String> names = new ArrayList<>();

    /** A new object, such as {@code IOTLB of smmu0}. */
    public long add(String name) {
        names.add(name);
        return FIRST + names.size() - 1;
    }

    /** Whether this is one of them. */
    public boolean has(long object) {
        return object >= FIRST && object - FIRST < names.size();
    }

    /** The name it was given. */
    public String name(long object) {
        return names.get((int) (object - FIRST));
    }
}
