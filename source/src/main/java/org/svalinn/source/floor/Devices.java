package org.svalinn.source.floor;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Engine;
import org.svalinn.machine.pcie.Job;
import org.svalinn.machine.pcie.Mover;
import org.svalinn.machine.pcie.Status;
import org.svalinn.machine.pcie.Work;
import org.svalinn.source.runtime.Cpu;

/**
 * The devices of the board, and what their driver, {@code harness/accelerator.c}, tells them. On a board with an IOMMU a device
 * is a function with one engine, which is told for which address space a PASID stands when it is bound, and is stopped and
 * drained before it is unbound, as iommu_sva_unbind_device() demands.
 *
 * <p>Without one, a device is what software can tell of it: which of its transactions stall on a page request, and that after it
 * has been stopped it makes no more and has none outstanding; the SMMU's command queue then completes each command at once.
 */
public final class Devices {
    private static final long OPCODE = 0xff;
    /** CMDQ_OP_RESUME: SMMUv3 specification (Arm IHI 0070), 4.6.1 CMD_RESUME. */
    private static final long CMD_RESUME = 0x44;
    private static final int STREAM_ID_SHIFT = 32;
    private static final int COMMAND_BYTES = 16;

    /** What a device writes: as good as anything, and easily seen in a dump. */
    private static final long PATTERN = 0x5c5c_5c5c_5c5c_5c5cL;

    private final World world;
    private final List<Device> devices = new ArrayList<>();

    private static final class Device {
        final long object;
        final @Nullable Engine engine;
        long address;
        boolean stopped;
        int outstanding;

        Device(long object, @Nullable Engine engine) {
            this.object = object;
            this.engine = engine;
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

    // When the board is put together

    /** Puts a device there, for its driver to find. Device numbers count from 0, in this order. */
    public void plug(String name, int requesterId, Capabilities capabilities) {
        Board board = world.board();
        Engine engine = null;
        if (board.hasIommu()) {
            engine = board.function(name, requesterId, capabilities, Set.of()).engine(new Mover());
        }
        devices.add(new Device(FloorObject.device(devices.size()), engine));
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

    /** Whether there is hardware that does DMA. */
    public boolean hasHardware(long address) {
        return find(address).engine != null;
    }

    /**
     * A read or write of eight bytes with a PASID, on the device's own actor. Comes back when it is over, however it ends.
     *
     * @return whether it reached memory
     */
    public boolean dma(long address, int pasid, long to, boolean write) {
        Engine engine = find(address).engine;
        if (engine == null) {
            throw new IllegalStateException("the devices of this board do no DMA: it has no IOMMU");
        }
        Job job = engine.perform(write ? Work.write(pasid, to, Long.BYTES, PATTERN) : Work.read(pasid, to, Long.BYTES));
        Status status = job.status();
        if (status != null) {
            world.note(status.toString().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
        }
        return status == Status.SUCCESS;
    }

    // What its driver has it do

    private long start(long address, int pasid, long mm) {
        Engine engine = find(address).engine;
        Heap.Allocation space = world.heap().find(mm);
        Owner owner = space == null ? null : space.owner();
        if (engine != null && owner != null) {
            engine.endpoint().program(pasid, owner);
        }
        return 0;
    }

    private long stop(long address, int pasid, Site site, Cpu cpu) {
        Device device = find(address);
        world.mightSleep(site, cpu);
        if (device.engine != null) {
            device.engine.endpoint().stop(pasid);
            device.engine.endpoint().drain(pasid);
            return 0;
        }
        world.touchObject(Operation.WRITE, device.object, site);
        device.stopped = true;
        world.awaitObject(Operation.WAIT, device.object, () -> device.outstanding == 0, "the device's outstanding transactions", site);
        return 0;
    }

    // Without an IOMMU

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

    private long command(long commands, int count, Site site) {
        for (int i = 0; i < count; i++) {
            long first = world.memory().load(commands + (long) i * COMMAND_BYTES, Long.BYTES);
            if ((first & OPCODE) == CMD_RESUME) {
                resume(devices.get((int) (first >>> STREAM_ID_SHIFT) - 1), site);
            }
        }
        return 0;
    }

    // Executions

    /** At the end of an execution no page request may be without an answer. */
    public void finish(Run run) {
        if (devices.stream().anyMatch(device -> device.outstanding > 0)) {
            run.report(new Violation("lost-response", "a page request is never answered", List.of()));
        }
    }

    void reset() {
        devices.forEach(device -> {
            device.stopped = false;
            device.outstanding = 0;
        });
    }
}
