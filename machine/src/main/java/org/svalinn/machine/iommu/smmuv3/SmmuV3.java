package org.svalinn.machine.iommu.smmuv3;

import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.HardwareObjects;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Function;
import org.svalinn.machine.iommu.Interrupts;
import org.svalinn.machine.iommu.Iommu;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.PhysicalMemory;
import org.svalinn.machine.paging.AArch64Walker;

/**
 * Arm's SMMUv3 (IHI 0070), its Non-secure programming interface. A StreamID is a requester id, a SubstreamID a PASID.
 *
 * <p>Registers answer at once. Transactions go through on their devices' actors, commands are carried out on the SMMU's
 * own. Memory is coherent, so that attributes of memory are accepted and mean nothing.
 */
public final class SmmuV3 implements Iommu {
    /** Wires, for {@link Interrupts#wire}. */
    public static final int WIRE_EVENTQ = 0;

    public static final int WIRE_PRIQ = 1;
    public static final int WIRE_CMD_SYNC = 2;
    public static final int WIRE_GERROR = 3;

    /** How much of the register space there is: two pages of 64 KiB. */
    public static final int REGISTER_SPACE = 0x2_0000;

    /** What a broadcast TLB invalidation of a processor is for. */
    public enum Broadcast {
        /** TLBI VMALLE1: everything of a VMID, of stage 1. */
        VMALLE1,
        /** TLBI ASIDE1. */
        ASIDE1,
        /** TLBI VAE1. */
        VAE1,
        /** TLBI VAAE1. */
        VAAE1,
        /** TLBI VMALLS12E1: everything of a VMID, of both stages. */
        VMALLS12E1,
        /** TLBI IPAS2E1. */
        IPAS2E1,
        /** TLBI ALLE1: everything of EL1, of both stages. */
        ALLE1
    }

    private final SmmuIds ids;
    private final Touch touch;
    private final Control control;
    private final StreamTable streams;
    private final ContextDescriptors contexts;
    private final Tlb tlb = new Tlb();
    private final Passages passages;
    private final Stalls stalls;
    private final EventQueue events;
    private final PriQueue requests;
    private final AtcInvalidations atc;
    private final CommandQueue commandQueue;
    private final Registers registers;
    private final Translator translator;
    private final PageRequests pageRequests;
    private final BroadcastInvalidation broadcasts;

    /**
     * An SMMU after reset.
     *
     * @param name for people, such as {@code smmu0}
     */
    public SmmuV3(
            SmmuIds ids,
            Steps steps,
            PhysicalMemory memory,
            Interrupts interrupts,
            HardwareObjects objects,
            String name) {
        this.ids = ids;
        AArch64Walker walker = new AArch64Walker();
        touch = new Touch(steps, objects, name);
        control = new Control(ids, touch, memory, interrupts);
        streams = new StreamTable(ids, memory);
        contexts = new ContextDescriptors(ids, memory);
        passages = new Passages(touch, memory, walker);
        stalls = new Stalls(touch, ids.stallModel() == 1 ? 0 : ids.stallMax());
        events = new EventQueue(touch, control, memory, ids.eventqs());
        requests = new PriQueue(ids, touch, control, memory);
        atc = new AtcInvalidations(touch);
        Commands commands = new Commands(ids, touch, control, streams, contexts, tlb, passages, stalls, atc);
        commandQueue = new CommandQueue(touch, control, memory, commands, ids.cmdqs());
        registers = new Registers(ids, touch, control, streams, commandQueue, events, requests, stalls);
        translator = new Translator(
                ids, touch, control, streams, contexts, tlb, passages, stalls, events, walker);
        pageRequests = new PageRequests(ids, touch, control, streams, passages, requests, atc);
        broadcasts = new BroadcastInvalidation(ids, touch, control, tlb, passages);
    }

    /** What it says of itself. */
    public SmmuIds ids() {
        return ids;
    }

    @Override
    public long readRegister(long offset, int size) {
        return registers.read(offset, size);
    }

    @Override
    public void writeRegister(long offset, int size, long value) {
        registers.write(offset, size, value);
    }

    /** Reads a register without a step: for the condition of somebody who waits for it, see {@link #registerParts}. */
    public long peekRegister(long offset, int size) {
        return registers.value(offset, size);
    }

    /** What steps know the registers by. */
    public long registerObject() {
        return touch.registers;
    }

    /** The parts of {@link #registerObject} that changes of this register touch. */
    public long registerParts(long offset) {
        return registers.parts(offset);
    }

    @Override
    public boolean hasCommand() {
        return commandQueue.hasCommand();
    }

    @Override
    public void executeCommand() {
        commandQueue.execute();
    }

    @Override
    public void serve() {
        while (true) {
            commandQueue.execute();
        }
    }

    @Override
    public void attach(Function function) {
        atc.attach(function);
    }

    @Override
    public void translate(Transaction transaction) {
        translator.translate(transaction);
    }

    @Override
    public void completed(Transaction transaction) {
        Passage passage = passages.find(transaction);
        if (passage != null && passage.isInFlight()) {
            passages.end(passage);
        }
    }

    @Override
    public void pageRequest(PageRequest request) {
        pageRequests.request(request);
    }

    @Override
    public void invalidationCompleted(Function function, int tags) {
        atc.completed(function, tags);
    }

    /** The CMD_SYNC that waits for them ends in CERROR_ATC_INV_SYNC (4.7.3). */
    @Override
    public void invalidationTimedOut(Function function, int tags) {
        atc.expired(function, tags);
    }

    /**
     * A TLB invalidation that a processor broadcasts (3.17): obeyed if IDR0.BTM is set and CR2.PTM is not. One step on
     * the processor's actor.
     *
     * @param address the first byte, of a virtual or an intermediate physical address as the operation has it
     * @param size how many bytes, for the operations with an address
     */
    public void broadcast(Broadcast operation, int vmid, int asid, long address, long size) {
        broadcasts.invalidate(operation, vmid, asid, address, size);
    }

    /** The DSB after broadcasts: waits until every transaction that may use what they removed has ended. */
    public void broadcastSync() {
        passages.awaitBroadcast();
    }

    @Override
    public void observe(int requesterId, int pasid, Site site) {
        touch.steps.step(Operation.READ, touch.transactions, Touch.requesterPart(requesterId), site);
        touch.steps.step(Operation.READ, touch.configuration, Touch.cdPart(requesterId, Math.max(pasid, 0)), site);
        touch.steps.step(Operation.READ, touch.tlb, Steps.ALL, site);
        if (ids.pri()) {
            touch.steps.step(Operation.READ, touch.registers, Touch.PRIQ_PROD | Touch.PRIQ_CONS, site);
        }
    }

    @Override
    public String remembers(int requesterId, int pasid) {
        String passage = passages.remembers(requesterId, pasid);
        if (!passage.isEmpty()) {
            return passage;
        }
        ContextDescriptor cd = contexts.find(requesterId, Math.max(pasid, 0));
        if (cd != null && !cd.illegal) {
            return "the cached CD of PASID %d".formatted(pasid);
        }
        long filler = Translator.filler(requesterId, pasid);
        String translation = tlb.remembers(filler);
        return translation.isEmpty() ? requests.remembers(filler, pasid) : translation;
    }

    @Override
    public void snapshot() {
        control.snapshot();
        streams.snapshot();
        contexts.snapshot();
        tlb.snapshot();
        stalls.snapshot();
        events.snapshot();
        requests.snapshot();
        atc.snapshot();
        commandQueue.snapshot();
    }

    @Override
    public void restore() {
        control.restore();
        streams.restore();
        contexts.restore();
        tlb.restore();
        passages.clear();
        stalls.restore();
        events.restore();
        requests.restore();
        atc.restore();
        commandQueue.restore();
    }
}
