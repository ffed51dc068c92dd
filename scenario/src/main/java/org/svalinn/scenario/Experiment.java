package org.svalinn.scenario;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Program;
import org.svalinn.explore.Run;
import org.svalinn.explore.Schedule;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.source.KernelInstance;

/**
 * One scenario on one kernel, ready to be explored. Each execution begins where the setup has been made, with an actor for
 * each task, for each device that acts, and for the kernel's own daemons.
 */
public final class Experiment implements Program {
    /** The goal of every scenario: what it is about cannot happen without it. */
    public static final String BOUND = "an mm is bound to a device";

    /** The goal of a scenario in which a device reads or writes. */
    public static final String TRANSFERRED = "a device reaches a page of the process by DMA";

    private final KernelUnderTest kernel;
    private final Scenario scenario;
    private final Pins pins;
    private final Performance performance;
    private final boolean doesDma;
    private final boolean someoneStays;
    private @Nullable Run run;

    /**
     * Prepares a scenario on a source kernel that has been started.
     *
     * @throws org.svalinn.source.floor.SetupFailure when the setup cannot be made
     */
    public Experiment(KernelInstance kernel, Scenario scenario) {
        this(new SourceKernelUnderTest(kernel, scenario), scenario);
    }

    /** Prepares a scenario on any kernel that has taken on its devices and tasks. */
    public Experiment(KernelUnderTest kernel, Scenario scenario) {
        this.kernel = kernel;
        this.scenario = scenario;
        pins = new Pins(kernel, scenario);
        performance = new Performance(kernel, scenario, pins);
        doesDma = scenario.actions()
                .anyMatch(action -> action instanceof Action.Read || action instanceof Action.Write
                        || action instanceof Action.Enqcmd);
        someoneStays = scenario.actors().values().stream().anyMatch(actions -> actions.contains(new Action.Stay()));
        if (kernel.keepsSetup()) {
            setUp(true);
            pins.endOfSetup();
        }
    }

    private void setUp(boolean isTold) {
        performance.setUp(isTold);
        kernel.endOfSetup();
    }

    public Scenario scenario() {
        return scenario;
    }

    /** The source kernel that it runs on, if it does. */
    public Optional<KernelInstance> sourceKernel() {
        return kernel instanceof SourceKernelUnderTest source ? Optional.of(source.kernel()) : Optional.empty();
    }

    /** What every search leaves out, a clause each. */
    public List<String> bounds() {
        return kernel.bounds();
    }

    /** Why the first bind that failed did so, in words; empty when none has. */
    public String bindFailure() {
        return performance.bindFailure();
    }

    /**
     * Who holds what: runs the scenario once, without preemption, and gives every reference that was taken.
     *
     * @param until an action, such as {@code close accel} or {@code parent: close accel}, right after whose first
     *     occurrence to look; empty for the end of the run
     * @throws BadScenario when the scenario has no such action
     */
    public List<Reference> pins(Optional<String> until) {
        pins.check(until);
        pins.begin();
        Explorer.of(this).replay(new Schedule(List.of()));
        return until.map(pins::after).orElseGet(kernel::references);
    }

    // Program

    @Override
    public void start(Run of) {
        run = of;
        kernel.begin(of);
        if (!kernel.keepsSetup()) {
            setUp(of.isNarrating());
        }
        performance.begin(of);
        int index = 0;
        for (String actor : scenario.actors().keySet()) {
            kernel.spawning(index++, performance.number(actor));
            of.spawn(actor, performance.life(actor));
        }
        kernel.spawnDaemons(of);
    }

    @Override
    public void finish(Run of) {
        kernel.finish();
        if (!someoneStays) {
            checkLeaks(of);
        }
    }

    private void checkLeaks(Run of) {
        List<KernelUnderTest.Leftover> left = kernel.leftovers();
        if (left.isEmpty()) {
            return;
        }
        KernelUnderTest.Leftover first = left.stream()
                .filter(object -> object.kind().equals("mm_struct"))
                .findFirst()
                .orElse(left.getFirst());
        StringBuilder message = new StringBuilder(first.name())
                .append(left.size() == 1 ? " is" : " and " + (left.size() - 1) + " more are")
                .append(" alive when everything is quiet");
        if (of.isNarrating()) {
            kernel.references().stream().filter(Reference::isHeld).forEach(reference -> message
                    .append("; ").append(reference.count()).append(" of ").append(reference.of())
                    .append(" is held since ").append(reference.wantedBy()));
        }
        of.report(new Violation("leak", message.toString(), List.of(first.allocated()), "leak|" + first.name()));
    }

    @Override
    public Set<String> goals() {
        return doesDma ? Set.of(BOUND, TRANSFERRED) : Set.of(BOUND);
    }

    @Override
    public String describe(long object, long parts) {
        String own = Participant.describe(object, performance.participants());
        return own.isEmpty() ? kernel.describe(object, parts) : own;
    }

    @Override
    public List<Site> callPath() {
        if (run == null) {
            throw new IllegalStateException("no execution is under way");
        }
        return kernel.callPath(run.current().index());
    }
}
