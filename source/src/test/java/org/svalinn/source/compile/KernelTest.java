package org.svalinn.source.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.svalinn.source.runtime.Bus;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.Image;
import org.svalinn.source.runtime.Memory;

/** Linux's own self-tests of its data structures pass, executed from their C. */
class KernelTest {
    private static final Memory.Geometry LARGE = new Memory.Geometry(1 << 20, 4 << 20, 1, 64 << 20, 64 << 10);

    @Test
    void theKernelsTestOfTheIdAllocatorPasses() {
        assertThat(messagesOf("lib/test_ida.c", "ida_checks")).contains("IDA: 147357 of 147357 tests passed\n");
    }

    @Test
    void theKernelsTestOfTheXarrayPasses() {
        assertThat(messagesOf("lib/test_xarray.c", "xarray_checks"))
                .contains("XArray: 6782364 of 6782364 tests passed\n");
    }

    private static List<String> messagesOf(String file, String checks) {
        var frontEnd = Kernel.frontEnd();
        var floor = new TestFloor();
        Image image = Linker.link(
                List.of(file, "lib/xarray.c", "lib/idr.c", "lib/radix-tree.c", "lib/find_bit.c", "lib/bitmap.c").stream()
                        .map(frontEnd::parse)
                        .toList(),
                floor.functions(),
                LARGE);
        Cpu cpu = image.cpu(0).begin(Bus.SILENT, Long.MAX_VALUE);
        cpu.call(image.function("lib/radix-tree.c", "radix_tree_init"));
        cpu.call(image.function(file, checks));
        return floor.messages();
    }
}
