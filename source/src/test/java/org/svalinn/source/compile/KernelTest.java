package org.svalinn.source.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.svalinn.source.parse.Configuration;
import org.svalinn.source.parse.FrontEnd;
import org.svalinn.source.parse.TranslationUnit;
import org.svalinn.source.runtime.Bus;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.Image;
import org.svalinn.source.runtime.Memory;
import org.svalinn.source.tree.DirectoryTree;
import org.svalinn.source.type.RecordType;

class KernelTest {
    @Test
    void takesAReferenceOfAnAddressSpaceThatHasUsers() {
        long t0 = System.nanoTime();
        TranslationUnit unit = new FrontEnd(new DirectoryTree(Path.of("/tmp/k/linux-source-6.1")), Configuration.arm64())
                .parse("drivers/iommu/iommu-sva-lib.c");
        System.out.println("parse ms " + (System.nanoTime() - t0) / 1000000);
        t0 = System.nanoTime();
        Image image = Linker.link(List.of(unit), Map.of(), Memory.Geometry.DEFAULT);
        System.out.println("link ms " + (System.nanoTime() - t0) / 1000000);
        t0 = System.nanoTime();
        RecordType mm = image.layout("struct mm_struct");
        System.out.println(mm.size() + " " + mm.offset("mm_users") + " " + mm.offset("pasid"));
        Cpu cpu = image.cpu(0).begin(Bus.SILENT, 1000);
        long address = image.memory().heap(0);
        image.memory().markLive(address, mm.size());
        image.memory().store(address + mm.offset("mm_users"), 4, 1);
        assertThat(cpu.call(image.function("mmget_not_zero"), address)).isOne();
        System.out.println("run ms " + (System.nanoTime() - t0) / 1000000);
        System.out.println(image.executed());
    }
}
