package org.svalinn.source.floor;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.HardwareObjects;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Interrupts;
import org.svalinn.machine.iommu.Iommu;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Endpoint;
import org.svalinn.machine.pcie.Misbehaviour;
import org.svalinn.source.runtime.Cpu;

/**
 * The board that the source kernel runs on: its memory, one IOMMU whose registers are mapped at {@link #REGISTERS}, and
 * interrupt lines with the handlers that drivers have requested for them. Each requested interrupt has a daemon actor, which
 * runs the handler, and then the handler's thread function where there is one.
 *
 * <p>Until the first execution begins nobody schedules anything: the board works whenever C waits for it.
 */
public final class Board implements Interrupts {
    /** Where the kernel finds the IOMMU's registers: no memory, so that only the accessors of registers reach them. */
    public static final long REGISTERS = 0xfffe_0000_0000_0000L;

    private static final long REGISTERS_SIZE = 1 << 20;
    private static final int MOST_LINES = 64;
    private static final long IRQ_WAKE_THREAD = 2;
    private static final Site INTERRUPT = Site.named("interrupt");
    private static final Site IDLE = Site.named("waits for its interrupt");

    private final World world;
    private final WorldSteps steps;
    private final KernelMemory memory;
    private final HardwareObjects objects = new HardwareObjects();
    private final long linesObject = objects.add("interrupt lines");
    private final List<Handler> handlers = new ArrayList<>();
    private final List<Endpoint> functions = new ArrayList<>();
    private @Nullable Iommu iommu;
    private long pending;
    private long pendingOfSnapshot;
    private boolean working;

    /** What a driver has requested: {@code function} and {@code thread} are C functions, 0 where there is none. */
    private record Handler(int line, long function, long thread, long argument, String name) {}

    Board(World world) {
        this.world = world;
        steps = new WorldSteps(world);
        memory = new KernelMemory(world, steps);
    }

    static void install(Floor floor, World world) {
        Board board = world.board();
        Mmio.install(floor, world);
        floor.add("the registers of the board's IOMMU", (cpu, args, site) -> REGISTERS, "__svalinn_iommu_registers");
        floor.add("kernel/irq/manage.c", (cpu, args, site) -> board.request(args[0], args[1], args[2], args[5], args[4]), "request_threaded_irq");
        floor.add("kernel/irq/devres.c", (cpu, args, site) -> board.request(args[1], args[2], args[3], args[6], args[5]), "devm_request_threaded_irq");
    }

    // When it is put together

    public Steps steps() {
        return steps;
    }

    public KernelMemory memory() {
        return memory;
    }

    /** Where interrupts of hardware arrive whose own lines are numbered from 0: the kernel's begin at {@code first}. */
    Interrupts interrupts(int first) {
        return new Interrupts() {
            @Override
            public void message(long address, int data) {
                Board.this.message(address, data);
            }

            @Override
            public void wire(int line) {
                Board.this.wire(first + line);
            }
        };
    }

    public HardwareObjects objects() {
        return objects;
    }

    /** Puts the IOMMU in its place. */
    public void plug(Iommu plugged) {
        iommu = plugged;
    }

    public Iommu iommu() {
        if (iommu == null) {
            throw new IllegalStateException("the board has no IOMMU");
        }
        return iommu;
    }

    /** Puts a function behind the IOMMU, with everything enabled that it has. */
    public Endpoint function(String name, int requesterId, Capabilities capabilities, Set<Misbehaviour> misbehaviours) {
        Endpoint function = new Endpoint(
                name, requesterId, capabilities, misbehaviours, steps, objects, memory, iommu(), this);
        functions.add(function.enable());
        return function;
    }

    /** The functions that take messages, and so need an actor each. */
    public List<Endpoint> functionsWithMessages() {
        return functions.stream().filter(function -> function.capabilities().ats()).toList();
    }

    // Registers

    static boolean isRegister(long address) {
        return Long.compareUnsigned(address - REGISTERS, REGISTERS_SIZE) < 0;
    }

    long readRegister(long address, int size, Site site, Cpu cpu) {
        boolean covered = world.commandQueue().coversRead(address - REGISTERS, site, cpu);
        long value = covered ? peek(address - REGISTERS, size) : iommu().readRegister(address - REGISTERS, size);
        world.spinning().readRegister(world.thread(cpu), address - REGISTERS, size, value);
        return value;
    }

    void writeRegister(long address, int size, long value, Site site, Cpu cpu) {
        Spinning.wrote(world.thread(cpu));
        if (world.commandQueue().coversWrite(address - REGISTERS, site, cpu)) {
            steps.silent(true);
            try {
                iommu().writeRegister(address - REGISTERS, size, value);
            } finally {
                steps.silent(false);
            }
        } else {
            iommu().writeRegister(address - REGISTERS, size, value);
        }
    }

    /** Which object and parts a read of a register touches, in {@link WorldSteps#lastObject}: no step. */
    WorldSteps touched(long offset, int size) {
        peek(offset, size);
        return steps;
    }

    /** What a register holds that has been read before: no step. */
    long peek(long offset, int size) {
        steps.silent(true);
        try {
            return iommu().readRegister(offset, size);
        } finally {
            steps.silent(false);
        }
    }

    // Interrupts

    private long request(long line, long function, long thread, long argument, long name) {
        if (line < 0 || line >= MOST_LINES) {
            return -22;
        }
        handlers.add(new Handler((int) line, function, thread, argument, name == 0 ? "" : world.memory().cString(name)));
        return 0;
    }

    @Override
    public void message(long address, int data) {
        wire(data);
    }

    @Override
    public void wire(int line) {
        if (line < 0 || line >= MOST_LINES) {
            return;
        }
        steps.step(Operation.SIGNAL, linesObject, 1L << line, INTERRUPT);
        pending |= 1L << line;
    }

    /** How many interrupts have a handler: each needs an actor of its own. */
    public int interruptCount() {
        return handlers.size();
    }

    /** What to call the actor of an interrupt, such as {@code irq/arm-smmu-v3-evtq}. */
    public String interruptName(int number) {
        Handler handler = handlers.get(number);
        return "irq/" + (handler.name().isEmpty() ? String.valueOf(handler.line()) : handler.name());
    }

    /** The life of the actor of an interrupt. */
    public void serveInterrupt(int number, Cpu cpu) {
        Handler handler = handlers.get(number);
        long part = 1L << handler.line();
        while (true) {
            steps.await(Operation.WAIT, linesObject, part, () -> (pending & part) != 0, IDLE);
            handle(handler, cpu);
        }
    }

    private void handle(Handler handler, Cpu cpu) {
        pending &= ~(1L << handler.line());
        boolean wake = handler.function() == 0;
        if (!wake) {
            world.enterAtomic(INTERRUPT, cpu);
            wake = world.call(handler.function(), INTERRUPT, cpu, handler.line(), handler.argument()) == IRQ_WAKE_THREAD;
            world.leaveAtomic(INTERRUPT, cpu);
        }
        if (wake && handler.thread() != 0) {
            world.call(handler.thread(), INTERRUPT, cpu, handler.line(), handler.argument());
        }
    }

    // Start-up and setup, where nobody schedules

    /** Does what there is to do. */
    void work() {
        if (working || iommu == null) {
            return;
        }
        working = true;
        try {
            boolean progress = true;
            while (progress) {
                progress = false;
                while (iommu.hasCommand()) {
                    iommu.executeCommand();
                    progress = true;
                }
                for (Endpoint function : functions) {
                    while (function.hasMessage()) {
                        function.processMessage();
                        progress = true;
                    }
                }
                for (Handler handler : handlers) {
                    if ((pending & 1L << handler.line()) != 0) {
                        handle(handler, world.bootCpu());
                        progress = true;
                    }
                }
            }
        } finally {
            working = false;
        }
    }

    void workUntil(BooleanSupplier enabled, String where) {
        if (!enabled.getAsBoolean()) {
            work();
        }
        if (!enabled.getAsBoolean()) {
            throw new SetupFailure("would wait for ever: " + where);
        }
    }

    // For checks

    /** The same for whoever asks from an actor: a step on each thing that may remember it. */
    String observe(int pasid, Site site) {
        for (Endpoint function : functions) {
            function.observe(pasid, site);
            iommu().observe(function.requesterId(), pasid, site);
        }
        return remembers(pasid);
    }

    /** What hardware still remembers of a PASID, in words; empty if nothing does. It takes no step. */
    public String remembers(int pasid) {
        List<String> what = new ArrayList<>();
        for (Endpoint function : functions) {
            what.add(function.remembers(pasid));
            what.add(iommu().remembers(function.requesterId(), pasid));
        }
        what.removeIf(String::isEmpty);
        return String.join("; ", what);
    }

    /** What must hold of the hardware when everything is quiet. */
    public void finish() {
        functions.forEach(Endpoint::finish);
    }

    // Executions

    void snapshot() {
        work();
        pendingOfSnapshot = pending;
        if (iommu != null) {
            iommu.snapshot();
        }
        functions.forEach(Endpoint::snapshot);
    }

    void restore() {
        pending = pendingOfSnapshot;
        if (iommu != null) {
            iommu.restore();
        }
        functions.forEach(Endpoint::restore);
    }
}
