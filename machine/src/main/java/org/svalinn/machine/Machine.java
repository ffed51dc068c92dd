package org.svalinn.machine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.machine.iommu.Interrupts;
import org.svalinn.machine.iommu.Iommu;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Endpoint;
import org.svalinn.machine.pcie.Engine;
import org.svalinn.machine.pcie.Misbehaviour;

/**
 * A machine, put together: memory, IOMMUs, and functions behind them. Make one, add what it has, and
 * {@linkplain #start(Run) start} it under the explorer; or use it as it is, with {@link Steps#DIRECT}, in a plain test.
 *
 * <p>Software is yours: it sets up tables in the {@linkplain #ram() memory}, writes the IOMMU's registers and gives
 * work to the functions, each of which takes steps too.
 */
public final class Machine implements Hardware {
    private static final Site REUSE = Site.named("gives the PASID to another");

    private final Steps steps;
    private final Ram ram;
    private final HardwareObjects objects = new HardwareObjects();
    private final List<Iommu> iommus = new ArrayList<>(1);
    private final List<String> iommuNames = new ArrayList<>(1);
    private final List<Endpoint> functions = new ArrayList<>(1);
    private Interrupts interrupts = Interrupts.NONE;

    /** A machine with memory of that many pages of 4 KiB and nothing else. */
    public Machine(Steps steps, int pages) {
        this.steps = steps;
        this.ram = new Ram(steps, pages);
    }

    public Steps steps() {
        return steps;
    }

    public Ram ram() {
        return ram;
    }

    /** Numbers for what steps touch that is not memory. */
    public HardwareObjects objects() {
        return objects;
    }

    /** Where interrupts arrive; set it before what raises them is added. */
    public Machine interrupts(Interrupts handler) {
        interrupts = handler;
        return this;
    }

    public Interrupts interrupts() {
        return interrupts;
    }

    /** Adds an IOMMU. Functions that are added from now on are behind it. */
    public <T extends Iommu> T iommu(String name, T iommu) {
        iommus.add(iommu);
        iommuNames.add(name);
        return iommu;
    }

    /**
     * Adds a function behind the IOMMU that was added last. Nothing of it is enabled yet: {@link Endpoint#enable}.
     *
     * @param requesterId bus, device and function
     * @param misbehaviours what it does wrong; none for one that is as the specification has it
     */
    public Endpoint function(String name, int requesterId, Capabilities capabilities, Misbehaviour... misbehaviours) {
        if (iommus.isEmpty()) {
            throw new IllegalStateException("add an IOMMU first: " + name + " must be behind one");
        }
        EnumSet<Misbehaviour> wrongs = EnumSet.noneOf(Misbehaviour.class);
        Collections.addAll(wrongs, misbehaviours);
        Iommu iommu = iommus.getLast();
        Endpoint function =
                new Endpoint(name, requesterId, capabilities, wrongs, steps, objects, ram, iommu, interrupts);
        functions.add(function);
        return function;
    }

    public List<Endpoint> functions() {
        return Collections.unmodifiableList(functions);
    }

    /**
     * Spawns the actors of the hardware, all of them daemons: each IOMMU, each function, and each engine of a
     * function.
     */
    public void start(Run run) {
        for (int i = 0; i < iommus.size(); i++) {
            run.spawnDaemon(iommuNames.get(i), iommus.get(i)::serve);
        }
        for (Endpoint function : functions) {
            if (function.capabilities().ats()) {
                run.spawnDaemon(function.name() + " messages", function::serve);
            }
            for (Engine engine : function.engines()) {
                run.spawnDaemon(function.name(), engine::serve);
            }
        }
    }

    /** A name for people of what a step touches: for {@link org.svalinn.explore.Program#describe}. */
    public String describe(long object, long parts) {
        if (!objects.has(object)) {
            long address = Ram.address(object, parts);
            return ram.contains(address)
                    ? ram.describe(address) + " at 0x" + Long.toHexString(address)
                    : "#" + Long.toHexString(object);
        }
        String name = objects.name(object);
        boolean onePart = Long.bitCount(parts) == 1 && name.startsWith("ATC of");
        return onePart ? name + ", PASID " + Long.numberOfTrailingZeros(parts) : name;
    }

    /**
     * What still remembers a PASID, in words: IOMMUs' tables, caches and queues, and functions' translations, page
     * requests, work and messages; empty if nothing does. It takes no step.
     */
    public String remembers(int pasid) {
        List<String> what = new ArrayList<>();
        for (Endpoint function : functions) {
            String inFunction = function.remembers(pasid);
            if (!inFunction.isEmpty()) {
                what.add(inFunction);
            }
            for (Iommu iommu : iommus) {
                String inIommu = iommu.remembers(function.requesterId(), pasid);
                if (!inIommu.isEmpty()) {
                    what.add(inIommu);
                }
            }
        }
        return String.join("; ", what);
    }

    /**
     * Says that software gives a PASID to another address space: a violation if anything still remembers it.
     *
     * @return whether it was good
     */
    public boolean reuse(int pasid) {
        for (Endpoint function : functions) {
            function.observe(pasid, REUSE);
            for (Iommu iommu : iommus) {
                iommu.observe(function.requesterId(), pasid, REUSE);
            }
        }
        String memory = remembers(pasid);
        if (memory.isEmpty()) {
            return true;
        }
        steps.report(new Violation(
                "pasid-reuse",
                "PASID %d is given to another while this remembers it: %s".formatted(pasid, memory),
                List.of(steps.end("given away by", REUSE))));
        return false;
    }

    /** What must hold when everything is quiet: for {@link org.svalinn.explore.Program#finish}. */
    public void finish() {
        for (Endpoint function : functions) {
            function.finish();
        }
    }

    /** The function with this requester id; null if there is none. */
    public @Nullable Endpoint function(int requesterId) {
        for (Endpoint function : functions) {
            if (function.requesterId() == requesterId) {
                return function;
            }
        }
        return null;
    }

    /** Remembers the state of all but the memory. */
    @Override
    public void snapshot() {
        iommus.forEach(Iommu::snapshot);
        functions.forEach(Endpoint::snapshot);
    }

    @Override
    public void restore() {
        iommus.forEach(Iommu::restore);
        functions.forEach(Endpoint::restore);
    }
}
