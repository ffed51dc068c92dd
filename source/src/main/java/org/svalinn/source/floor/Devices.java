package org.svalinn.source.floor;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Engine;
import org.svalinn.machine.pcie.Job;
import org.svalinn.machine.pcie.Mover;
import org.svalinn.machine.pcie.Status;
import org.svalinn.machine.pcie.Work;
import org.svalinn.source.runtime.Cpu;

/**
 * The devices of the board, and what their driver, {@code harness/accelerator.c}, tells them. A device is a function
 * with one engine, which is told for which address space a PASID stands when it is bound, and is stopped and drained
 * before it is unbound, as iommu_sva_unbind_device() demands.
 */
public final class Devices {
    /** What a device writes: as good as anything, and easily seen in a dump. */
    private static final long PATTERN = 0x5c5c_5c5c_5c5c_5c5cL;

    private static final Site DOORBELL = Site.named("rings the device's doorbell");
    private static final Site DONE = Site.named("the device's transaction is over");

    private final World world;
    private final List<Device> devices = new ArrayList<>();

    private static final class Device {
        final long object;
        final Engine engine;
        long address;
        /**
         * The PASIDs whose queues, opened in the setup, take work. Once stopped, a queue is gone; one that is opened
         * later with the same PASID is another's.
         */
        final SortedSet<Integer> accepted = new TreeSet<>();

        List<Integer> acceptedOfSnapshot = List.of();
        /** How many transactions are under way, which its driver waits for when it stops it. */
        int underWay;

        Device(long object, Engine engine) {
            this.object = object;
            this.engine = engine;
        }
    }

    Devices(World world) {
        this.world = world;
    }

    static void install(Floor floor, World world) {
        Devices devices = world.devices();
        String device = "the device: is told whose a PASID is, stops when its driver says so";
        floor.add(device, (cpu, args, site) -> devices.start(args[0], (int) args[1], args[2]), "__svalinn_start");
        floor.add(device, (cpu, args, site) -> devices.stop(args[0], (int) args[1], site, cpu), "__svalinn_stop");
    }

    // When the board is put together

    /** Puts a device there, for its driver to find. Device numbers count from 0, in this order. */
    public void plug(String name, int requesterId, Capabilities capabilities) {
        Board board = world.board();
        Engine engine = board.function(name, requesterId, capabilities, Set.of()).engine(new Mover());
        devices.add(new Device(board.objects().add("doorbell of " + name), engine));
    }

    /** The driver has accepted the device that was plugged last: its {@code struct device} is there. */
    public void accepted(long address) {
        devices.getLast().address = address;
    }

    private Device find(long address) {
        return devices.stream().filter(device -> device.address == address).findFirst()
                .orElseThrow(() -> new IllegalStateException("no device at 0x" + Long.toHexString(address)));
    }

    // What a scenario has it do

    /**
     * A read or write of eight bytes with a PASID, on the device's own actor. Comes back when it is over, however it
     * ends. With a PASID that the driver has not started, or has stopped, nothing comes of it.
     *
     * @return whether it reached memory
     */
    public boolean dma(long address, int pasid, long to, boolean write) {
        Device device = find(address);
        world.touchObject(Operation.UPDATE, device.object, DOORBELL);
        if (!device.accepted.contains(pasid)) {
            return false;
        }
        device.underWay++;
        Job job = device.engine.perform(write ? Work.write(pasid, to, Long.BYTES, PATTERN) : Work.read(pasid, to, Long.BYTES));
        world.touchObject(Operation.SIGNAL, device.object, DONE);
        device.underWay--;
        Status status = job.status();
        if (status != null) {
            world.note(status.toString().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
        }
        return status == Status.SUCCESS;
    }

    // What its driver has it do

    private long start(long address, int pasid, long mm) {
        Device device = find(address);
        Heap.Allocation space = world.heap().find(mm);
        Owner owner = space == null ? null : space.owner();
        if (owner != null) {
            device.engine.endpoint().program(pasid, owner);
            if (!world.isConcurrent()) {
                device.accepted.add(pasid);
            }
        }
        return 0;
    }

    private long stop(long address, int pasid, Site site, Cpu cpu) {
        Device device = find(address);
        world.mightSleep(site, cpu);
        world.touchObject(Operation.WRITE, device.object, site);
        device.accepted.remove(pasid);
        device.engine.endpoint().stop(pasid);
        world.awaitObject(Operation.WAIT, device.object, () -> device.underWay == 0, "the device's transactions", site);
        return 0;
    }

    // Executions

    void snapshot() {
        devices.forEach(device -> device.acceptedOfSnapshot = List.copyOf(device.accepted));
    }

    void restore() {
        devices.forEach(device -> {
            device.accepted.clear();
            device.accepted.addAll(device.acceptedOfSnapshot);
            device.underWay = 0;
        });
    }
}
