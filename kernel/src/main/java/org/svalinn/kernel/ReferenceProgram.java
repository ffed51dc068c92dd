package org.svalinn.kernel;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Program;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.sync.CallPath;
import org.svalinn.kernel.sync.Scheduler;

/**
 * A program on the reference kernel, for {@link org.svalinn.explore.Explorer}: what was before is set up, actors are
 * spawned,
 * and everything else is the kernel's.
 *
 * {@snippet :
 * Program program = new ReferenceProgram(Variant.of(Design.V5_18), ReferenceKernel.Iommu.VTD, kernel -> {
 *     CharDevice accel = kernel.addDevice("accel");
 *     Task parent = kernel.exec("parent");
 *     parent.open(accel);
 *     Task child = parent.fork("child");
 *     kernel.spawn(parent, parent::exit);
 *     kernel.spawn(child, child::exit);
 * });
 * Verdict verdict = Explorer.of(program).explore();
 * }
 */
public final class ReferenceProgram implements Program {
    private final Variant variant;
    private final ReferenceKernel.Iommu iommu;
    private final Consumer<ReferenceKernel> setup;
    private final Set<String> goals;
    private @Nullable ReferenceKernel kernel;

    /** A kernel of this variant with this IOMMU, what {@code setup} does with it, and the actors that it spawns. */
    public ReferenceProgram(Variant variant, ReferenceKernel.Iommu iommu, Consumer<ReferenceKernel> setup) {
        this(variant, iommu, Set.of(), setup);
    }

    /** The same, and each goal must be reached by some execution: {@link Scheduler#reach}. */
    public ReferenceProgram(
            Variant variant, ReferenceKernel.Iommu iommu, Set<String> goals, Consumer<ReferenceKernel> setup) {
        this.variant = variant;
        this.iommu = iommu;
        this.setup = setup;
        this.goals = Set.copyOf(goals);
    }

    @Override
    public void start(Run run) {
        ReferenceKernel made = ReferenceKernel.boot(Scheduler.of(run), variant, iommu);
        kernel = made;
        setup.accept(made);
        made.start();
    }

    @Override
    public void finish(Run run) {
        if (kernel != null) {
            kernel.finish();
        }
    }

    @Override
    public Set<String> goals() {
        return goals;
    }

    @Override
    public String describe(long object, long parts) {
        return kernel == null ? Program.super.describe(object, parts) : kernel.describe(object, parts);
    }

    @Override
    public List<Site> callPath() {
        return CallPath.here();
    }
}
