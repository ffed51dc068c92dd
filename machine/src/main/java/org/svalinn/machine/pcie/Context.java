package org.svalinn.machine.pcie;

import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.Use;

/**
 * What a function was told about a PASID: whose address space it stands for. It decides which pages are good for the
 * DMA that is done with it, and so lives on with the work that was given to the function, also when the PASID is
 * another's by then.
 */
final class Context {
    private static final Site READ = Site.named("a memory read request");
    private static final Site WRITE = Site.named("a memory write request");
    private static final Site ATOMIC = Site.named("an AtomicOp request");
    private static final Site RECORD = Site.named("the write of a completion record");

    final int pasid;
    final @Nullable Owner owner;
    final Use read;
    final Use write;
    final Use atomic;
    final Use record;

    Context(int pasid, @Nullable Owner owner) {
        this.pasid = pasid;
        this.owner = owner;
        read = new Use(Use.Kind.DMA, owner, READ);
        write = new Use(Use.Kind.DMA, owner, WRITE);
        atomic = new Use(Use.Kind.DMA, owner, ATOMIC);
        record = new Use(Use.Kind.DMA, owner, RECORD);
    }
}
