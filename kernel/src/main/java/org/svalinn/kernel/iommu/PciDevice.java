package org.svalinn.kernel.iommu;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.kernel.sync.Scheduler;
import org.svalinn.machine.Machine;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Endpoint;
import org.svalinn.machine.pcie.Engine;
import org.svalinn.machine.pcie.Job;
import org.svalinn.machine.pcie.Misbehaviour;
import org.svalinn.machine.pcie.Mover;
import org.svalinn.machine.pcie.PasidRegister;
import org.svalinn.machine.pcie.Portal;
import org.svalinn.machine.pcie.Status;
import org.svalinn.machine.pcie.Work;

/**
 * A function of the machine with one engine, as its driver knows it. Without the capabilities of PCIe
 * ({@link Capabilities#UNTRANSLATED}) it is a master of any other kind.
 *
 * <p>Work comes to it in one of two ways, which one device does not mix: {@link #perform} has it done by the actor
 * that calls, in a queue that the driver has started for the PASID, and {@link #enqcmd} puts it into the queue that
 * all share, which the {@linkplain Engine#serve engine's own actor} works off.
 */
public final class PciDevice implements Device {
    private static final Site START = Site.named("starts the device's queue");
    private static final Site STOP = Site.named("stops the device's queue");
    private static final Site DOORBELL = Site.named("rings the device's doorbell");
    private static final Site DONE = Site.named("the device's transaction is over");
    private static final Site DRAIN = Site.named("waits for the device's transactions");

    private final Scheduler scheduler;
    private final Endpoint endpoint;
    private final Engine engine;
    private final Portal portal;
    private final boolean drainsEarly;
    private final boolean neverDrains;
    /** What steps know the queues by: a part for each PASID. */
    private final long number;
    private final List<Queue> queues = new ArrayList<>(2);
    private boolean isShared;

    /** Of one PASID. */
    private static final class Queue {
        final int pasid;
        @Nullable Owner owner;
        int underWay;

        Queue(int pasid) {
            this.pasid = pasid;
        }
    }

    /**
     * Adds a function to a machine, behind the IOMMU that was added last. What of it is enabled is that IOMMU's
     * driver's to say.
     *
     * @param requesterId bus, device and function; or the stream
     * @param misbehaviours what it does wrong
     */
    public PciDevice(
            Scheduler scheduler,
            Machine machine,
            String name,
            int requesterId,
            Capabilities capabilities,
            Misbehaviour... misbehaviours) {
        this.scheduler = scheduler;
        endpoint = machine.function(name, requesterId, capabilities, misbehaviours);
        engine = endpoint.engine(new Mover());
        portal = new Portal(engine);
        number = machine.objects().add("doorbell of " + name);
        List<Misbehaviour> wrongs = List.of(misbehaviours);
        drainsEarly = wrongs.contains(Misbehaviour.DRAINS_EARLY);
        neverDrains = wrongs.contains(Misbehaviour.NEVER_DRAINS);
    }

    @Override
    public String name() {
        return endpoint.name();
    }

    @Override
    public int maxPasid() {
        return (1 << endpoint.capabilities().pasidWidth()) - 1;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** Its one engine. Only one of which work is {@linkplain #enqcmd enqueued} needs an actor. */
    public Engine engine() {
        return engine;
    }

    // Its driver's

    @Override
    public void start(int pasid, Owner owner) {
        scheduler.step(Operation.UPDATE, number, part(pasid), START);
        Queue queue = queue(pasid);
        if (queue.owner != owner) {
            // Nobody rings the doorbell before the start is over
            endpoint.program(pasid, owner);
            queue.owner = owner;
        }
    }

    @Override
    public void stop(int pasid) {
        scheduler.step(Operation.WRITE, number, part(pasid), STOP);
        queue(pasid).owner = null;
        endpoint.stop(pasid);
    }

    @Override
    public void drain(int pasid) {
        if (isShared) {
            endpoint.drain(pasid);
        } else if (!drainsEarly) {
            Queue queue = queue(pasid);
            scheduler.await(
                    Operation.READ, number, part(pasid), () -> !neverDrains && queue.underWay == 0, DRAIN);
        }
    }

    // Its users'

    /**
     * Does a piece of work, on the actor that calls, which is the device's from doorbell to completion.
     *
     * @return how it ended; null if the driver has not started the work's PASID, or has stopped it: then nothing came
     * of it
     */
    public @Nullable Status perform(Work work) {
        int pasid = work.pasid();
        scheduler.step(Operation.UPDATE, number, part(pasid), DOORBELL);
        Queue queue = queue(pasid);
        if (queue.owner == null) {
            return null;
        }
        queue.underWay++;
        Job job = engine.perform(work);
        scheduler.step(Operation.SIGNAL, number, part(pasid), DONE);
        queue.underWay--;
        return job.status();
    }

    /** Its queue is shared: work comes by {@link #enqcmd}. To be said before there is any. */
    public PciDevice shared() {
        isShared = true;
        return this;
    }

    /**
     * ENQCMD by a task with this register to the device's portal.
     *
     * @return the work; null for Retry
     * @throws org.svalinn.machine.pcie.GeneralProtection if the task has no valid PASID
     */
    public @Nullable Job enqcmd(PasidRegister task, Work work) {
        return portal.enqcmd(task, work.encode());
    }

    private static long part(int pasid) {
        return 1L << (pasid & 63);
    }

    private Queue queue(int pasid) {
        for (Queue queue : queues) {
            if (queue.pasid == pasid) {
                return queue;
            }
        }
        Queue added = new Queue(pasid);
        queues.add(added);
        return added;
    }

    @Override
    public String toString() {
        return name();
    }
}
