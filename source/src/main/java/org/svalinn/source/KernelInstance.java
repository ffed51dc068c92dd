package org.svalinn.source;

import java.util.Collection;
import java.util.List;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.source.floor.Board;
import org.svalinn.source.floor.Floor;
import org.svalinn.source.floor.Granularity;
import org.svalinn.source.floor.Heap;
import org.svalinn.source.floor.KernelMemory;
import org.svalinn.source.floor.Ledger;
import org.svalinn.source.floor.Platform;
import org.svalinn.source.floor.World;
import org.svalinn.source.runtime.CFunction;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.Image;

/**
 * A kernel that has been linked and started: what a scenario drives.
 *
 * <p>The setup runs in the start-up context, which plays every task in turn ({@link #as}). After {@link #snapshot} each
 * execution begins with {@link #begin}; actors then call system calls on contexts of their own ({@link #cpu}).
 */
public final class KernelInstance {
    /** The context in which start-up and the setup run. */
    public static final int BOOT = 0;

    private final Image image;
    private final World world;
    private final Floor floor;
    private final Platform platform;
    private final String refusal;

    KernelInstance(Platform platform, Image image, World world, Floor floor, String refusal) {
        this.refusal = refusal;
        this.platform = platform;
        this.image = image;
        this.world = world;
        this.floor = floor;
    }

    /** Starts the kernel: its caches, what the architecture has, and its IOMMU. */
    void boot() {
        world.assign(BOOT, "start-up", 0);
        Cpu cpu = world.cpu(BOOT);
        long task = call(cpu, "svalinn_new_task");
        world.assign(BOOT, "start-up", task);
        call(cpu, "svalinn_init_mm");
        call(cpu, "radix_tree_init");
        call(cpu, "svalinn_boot_arch");
        call(cpu, "svalinn_probe_iommu");
    }

    private long call(Cpu cpu, String function, long... arguments) {
        return cpu.call(image.function(function), arguments);
    }

    // Start-up

    /**
     * Adds a device with its IOMMU features turned on; 0 when the driver refuses them.
     *
     * @param streamId what its transactions bear; on PCIe, its requester id
     */
    public long addDevice(String name, int streamId) {
        Cpu cpu = world.cpu(BOOT);
        world.devices().plug(name, streamId, platform.capabilities());
        long device = call(cpu, "svalinn_probe_device", streamId);
        if (device != 0) {
            world.devices().accepted(device);
            world.ledger().watchDevice(platform, call(cpu, "svalinn_pasid_table", device));
        }
        return device;
    }

    /** A task without an mm, until it is given one. */
    public long addTask() {
        return call(world.cpu(BOOT), "svalinn_new_task");
    }

    public long addKernelThread() {
        return call(world.cpu(BOOT), "svalinn_new_kthread");
    }

    /** From here on everything that is allocated must be freed by the end of each execution. */
    public void endOfBoot() {
        world.heap().endOfBoot();
    }

    /** Lets the start-up context act as this task, and gives it. */
    public Cpu as(String name, long task) {
        world.assign(BOOT, name, task);
        return world.cpu(BOOT);
    }

    /** Sets how much of the IOMMU driver's way to its command queue is one step of the executions. */
    public void granularity(Granularity granularity) {
        world.commandQueue().granularity(granularity);
    }

    /** Takes what has been set up as the beginning of every execution. */
    public void snapshot() {
        world.snapshot();
    }

    // Executions

    /** Says which task the actor of this index runs as. Indices begin at 1: {@link #BOOT} is taken. */
    public void assign(int index, String name, long task) {
        world.assign(index, name, task);
    }

    public void begin(Run run) {
        world.begin(run);
    }

    /** The context of the actor of this index, fresh. */
    public Cpu cpu(int index) {
        return world.cpu(index);
    }

    public void serveRcu(Cpu cpu) {
        world.gracePeriods().serveRcu(cpu);
    }

    public void serveSrcu(Cpu cpu) {
        world.gracePeriods().serveSrcu(cpu);
    }

    public void serveWork(Cpu cpu) {
        world.workQueues().serve(cpu);
    }

    // System calls of the task that the context runs as

    /** execve(2): a process with an mm and a file table of its own. */
    public void exec(Cpu cpu, String name, long task) {
        world.nameNextMm(cpu, name);
        call(cpu, "svalinn_exec", task);
    }

    /** open(2) of the device at this descriptor; 0 or a negative error number. */
    public long open(Cpu cpu, long device, int descriptor) {
        return (int) call(cpu, "svalinn_open", device, descriptor);
    }

    public void close(Cpu cpu, int descriptor) {
        call(cpu, "svalinn_close", descriptor);
    }

    /** mmap(2) of the device's file at this descriptor. */
    public void mapFile(Cpu cpu, int descriptor, long address) {
        call(cpu, "svalinn_mmap_file", descriptor, address);
    }

    public void map(Cpu cpu, long address) {
        call(cpu, "svalinn_sys_mmap", address);
    }

    /** A store of user space to the anonymous page that was mapped last: faults it in. */
    public void touch(Cpu cpu) {
        call(cpu, "svalinn_touch");
    }

    public void unmap(Cpu cpu) {
        call(cpu, "svalinn_sys_munmap");
    }

    /** fork(2) or, for a thread, clone(2); 0 or a negative error number. */
    public long clone(Cpu cpu, String childName, long child, boolean thread) {
        world.nameNextMm(cpu, childName);
        return (int) call(cpu, "svalinn_clone", child, thread ? 1 : 0);
    }

    public void exit(Cpu cpu) {
        call(cpu, "svalinn_exit");
    }

    // What is done to tasks

    /** Whether the OOM killer found an mm to take. */
    public boolean oomMark(Cpu cpu, long victim) {
        return (call(cpu, "svalinn_oom_mark", victim) & 0xff) != 0;
    }

    public void oomReap(Cpu cpu, long victim) {
        call(cpu, "svalinn_oom_reap_task", victim);
    }

    public void oomForget(Cpu cpu, long victim) {
        call(cpu, "svalinn_oom_forget", victim);
    }

    /**
     * A device reads or writes eight bytes by DMA, unless its driver has stopped it; on the actor of the device.
     *
     * @param address in the address space that the PASID stands for
     * @return whether it reached memory
     */
    public boolean dma(long device, int pasid, long address, boolean write) {
        return world.devices().dma(device, pasid, address, write);
    }

    /** The physical address of the top page table of the task's mm. Not a step. */
    public long pageTable(long task) {
        long mm = image.memory().load(task + image.layout("struct task_struct").offset("mm"), Long.BYTES);
        return KernelMemory.physical(image.memory().load(mm + image.layout("struct mm_struct").offset("pgd"), Long.BYTES));
    }

    /** The PASID of the task's mm as memory has it now; 0 when it has none. Not a step: for the setup. */
    public long pasidOf(long task) {
        long mm = image.memory().load(task + image.layout("struct task_struct").offset("mm"), Long.BYTES);
        long pasid = mm == 0 ? 0 : (int) image.memory().load(mm + image.layout("struct mm_struct").offset("pasid"), Integer.BYTES);
        return Math.max(0, pasid);
    }

    /** The hardware that the kernel runs on. */
    public Board board() {
        return world.board();
    }

    // For people

    /** Why the kernel refuses every bind, in words, where that is known; else empty. */
    public String refusal() {
        return refusal;
    }

    public Heap heap() {
        return world.heap();
    }

    /** What must hold of the devices when everything is quiet. */
    public void finishDevices() {
        world.board().finish();
    }

    public Ledger ledger() {
        return world.ledger();
    }

    /** The calls under way of the actor of this index, innermost first. */
    public List<Site> callPath(int index) {
        return image.cpu(index).callPath();
    }

    public String describeObject(long object, long parts) {
        return world.describeObject(object, parts);
    }

    /** Every function that has been called, in order of its first call. */
    public List<CFunction> executed() {
        return image.executed();
    }

    /** Everything that is on the floor, called or not. */
    public Collection<Floor.Entry> floor() {
        return floor.entries();
    }
}
