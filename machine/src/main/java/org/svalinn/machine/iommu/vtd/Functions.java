package org.svalinn.machine.iommu.vtd;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.svalinn.machine.iommu.Function;

/** The functions behind a unit, by requester id. */
final class Functions {
    private @Nullable Function[] functions = new @Nullable Function[2];
    private int count;

    void add(Function function) {
        if (count == functions.length) {
            functions = Arrays.copyOf(functions, 2 * count);
        }
        functions[count++] = function;
    }

    @Nullable Function find(int requesterId) {
        for (int i = 0; i < count; i++) {
            Function function = functions[i];
            if (function != null && function.requesterId() == requesterId) {
                return function;
            }
        }
        return null;
    }
}
