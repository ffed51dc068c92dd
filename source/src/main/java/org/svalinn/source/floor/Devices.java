package org.svalinn.source.floor;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.machine.memory.Owner;
import org.svalinn.source.runtime.Cpu;

/**
 * The devices behind the IOMMU, as far as software can tell: which of their transactions stall on a page request, and
 * that a device that has been stopped makes no more and has none outstanding. They behave as iommu_sva_unbind_device()
 * demands of them; the SMMU's command queue, which carries their responses, completes each command at once.
 */
public final class Devices {
    private static final long OPCODE = 0xff;
    /** CMDQ_OP_RESUME: SMMUv3 specification (Arm IHI 0070), 4.6.1 CMD_RESUME. */
    private static final long CMD_RESUME = 0x44;
    private static final int STREAM_ID_SHIFT = 32;
    private static final int COMMAND_BYTES = 16;

    private final World world;
    private final List<Device> devices = new ArrayList<>();

    /** The hardware of a device: what its driver, and a scenario, can tell it. It takes steps on the actor that tells it. */
    public interface Model {
        /** From now on this PASID may be used, for DMA into an address space. */
        void start(int pasid, Owner owner);

        /** The PASID is used no more, and nothing that used it is under way when this returns. */
        void stop(int pasid);

        /** Reads or writes eight bytes by DMA; nothing while the PASID is stopped. Comes back when that is over. */
        void transfer(int pasid, long address, boolean write);
    }

    private static final class Device {
        final long address;
        final long object;
        @Nullable Model model;
        boolean stopped;
        int outstanding;

        Device(long address, long object) {
            this.address = address;
            this.object = object;
        }
    }

    Devices(World world) {
        this.world = world;
    }

    static void install(Floor floor, World world) {
        Devices devices = world.devices();
        String device = "the device: stalls a transaction, stops when its driver says so";
        floor.add(device, (cpu, args, site) -> devices.request(args[0], site), "__svalinn_stall");
        floor.add(device, (cpu, args, site) -> devices.resume(devices.find(args[0]), site), "__svalinn_abort");
        floor.add(device, (cpu, args, site) -> devices.start(args[0], (int) args[1], args[2]), "__svalinn_start");
        floor.add(device, (cpu, args, site) -> devices.stop(args[0], (int) args[1], site, cpu), "__svalinn_stop");
        floor.add("the SMMU's command queue: commands complete at once", (cpu, args, site) -> devices.command(args[1], (int) args[2], site),
                "arm_smmu_cmdq_issue_cmdlist");
    }

    /** Adds the device with the next stream ID, from 1. */
    public void add(long address) {
        devices.add(new Device(address, FloorObject.device(devices.size())));
    }

    private Device find(long address) {
        return devices.stream().filter(device -> device.address == address).findFirst()
                .orElseThrow(() -> new IllegalStateException("no device at 0x" + Long.toHexString(address)));
    }

    /** Whether the device may still make a transaction; then it stalls until it is answered. */
    private long request(long address, Site site) {
        Device device = find(address);
        world.touchObject(Operation.UPDATE, device.object, site);
        if (device.stopped) {
            return 0;
        }
        device.outstanding++;
        return 1;
    }

    private long resume(Device device, Site site) {
        world.touchObject(Operation.UPDATE, device.object, site);
        device.outstanding--;
        if (device.outstanding < 0) {
            world.report(new Violation("lost-response", "a page request is answered twice", List.of()));
        }
        return 0;
    }

    /** Puts hardware behind a device. */
    public void connect(long address, Model model) {
        find(address).model = model;
    }

    /** A transaction of its own, on its actor. */
    public void dma(long address, int pasid, long to, boolean write) {
        Model model = find(address).model;
        if (model == null) {
            throw new IllegalStateException("no hardware is behind this device that could do DMA");
        }
        model.transfer(pasid, to, write);
    }

    private long start(long address, int pasid, long mm) {
        Model model = find(address).model;
        Heap.Allocation space = world.heap().find(mm);
        if (model != null && space != null && space.owner() != null) {
            model.start(pasid, space.owner());
        }
        return 0;
    }

    private long stop(long address, int pasid, Site site, Cpu cpu) {
        Device device = find(address);
        world.mightSleep(site, cpu);
        if (device.model != null) {
            device.model.stop(pasid);
            return 0;
        }
        world.touchObject(Operation.WRITE, device.object, site);
        device.stopped = true;
        world.awaitObject(Operation.WAIT, device.object, () -> device.outstanding == 0, "the device's outstanding transactions", site);
        return 0;
    }

    private long command(long commands, int count, Site site) {
        for (int i = 0; i < count; i++) {
            long first = world.memory().load(commands + (long) i * COMMAND_BYTES, Long.BYTES);
            if ((first & OPCODE) == CMD_RESUME) {
                resume(devices.get((int) (first >>> STREAM_ID_SHIFT) - 1), site);
            }
        }
        return 0;
    }

    /** At the end of an execution no page request may be without an answer. */
    public boolean hasUnanswered() {
        return devices.stream().anyMatch(device -> device.outstanding > 0);
    }

    void reset() {
        devices.forEach(device -> {
            device.stopped = false;
            device.outstanding = 0;
        });
    }
}
