package org.svalinn.source.floor;

import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Cpu;

/** The accessors of device registers: stands for the assembly of arch/arm64 and arch/x86 {@code asm/io.h}. */
final class Mmio {
    private Mmio() {}

    static void install(Floor floor, World world) {
        String source = "asm/io.h: an access of a device's register";
        reader(floor, world, source, 1, "__raw_readb", "readb", "__readb");
        reader(floor, world, source, 2, "__raw_readw", "readw", "__readw");
        reader(floor, world, source, 4, "__raw_readl", "readl", "__readl");
        reader(floor, world, source, 8, "__raw_readq", "readq", "__readq");
        writer(floor, world, source, 1, "__raw_writeb", "writeb", "__writeb");
        writer(floor, world, source, 2, "__raw_writew", "writew", "__writew");
        writer(floor, world, source, 4, "__raw_writel", "writel", "__writel");
        writer(floor, world, source, 8, "__raw_writeq", "writeq", "__writeq");
    }

    private static void reader(Floor floor, World world, String source, int size, String... names) {
        floor.add(source, (cpu, args, site) -> {
            check(args[0], size, site, cpu);
            return world.board().readRegister(args[0], size, site, cpu);
        }, names);
    }

    private static void writer(Floor floor, World world, String source, int size, String... names) {
        floor.add(source, (cpu, args, site) -> {
            check(args[1], size, site, cpu);
            world.board().writeRegister(args[1], size, args[0], site, cpu);
            return 0;
        }, names);
    }

    private static void check(long address, int size, Site site, Cpu cpu) {
        if (!Board.isRegister(address)) {
            throw cpu.unmodelled("an access of a device register at 0x" + Long.toHexString(address), site);
        }
        if (size < 4) {
            throw cpu.unmodelled("an access of " + size + " bytes of a device register", site);
        }
    }
}
