package org.svalinn.scenario;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.svalinn.source.KernelInstance;
import org.svalinn.source.SourceKernel;
import org.svalinn.source.floor.Platform;
import org.svalinn.source.tree.CacheFolder;
import org.svalinn.source.tree.Feedback;
import org.svalinn.source.tree.KernelSource;
import org.svalinn.source.tree.PatchedTree;
import org.svalinn.source.tree.SourceTree;

/** Linux 6.1 as the distribution ships it, and edits of it. */
final class TestKernel {
    private static final Path PACKAGE = Path.of("/usr/src/linux-source-6.1.tar.xz");
    private static final CacheFolder CACHE = CacheFolder.at(Path.of("target/kernel-cache"));

    private TestKernel() {}

    private static SourceTree tree() {
        if (!Files.exists(PACKAGE)) {
            throw new AssertionError(PACKAGE + " is missing: ./verify installs it, or: apt-get install linux-source-6.1");
        }
        return KernelSource.open(PACKAGE, CACHE, Feedback.SILENT);
    }

    /** The scenario of the catalogue on the unmodified kernel. */
    static Experiment unmodified(String scenario) {
        return experiment(tree(), Catalogue.find(scenario).orElseThrow());
    }

    static Experiment unmodified(Scenario scenario) {
        return experiment(tree(), scenario);
    }

    /** The scenario on the kernel with an edit. */
    static Experiment patched(Function<SourceTree, String> edit, String scenario) {
        SourceTree tree = tree();
        return experiment(PatchedTree.of(tree, "edit.patch", edit.apply(tree)), Catalogue.find(scenario).orElseThrow());
    }

    /** The scenario of the catalogue on the unmodified kernel behind Intel's VT-d. */
    static Experiment unmodifiedOnVtd(String scenario) {
        return experiment(Platform.VTD, tree(), Catalogue.find(scenario).orElseThrow());
    }

    /** A scenario behind Intel's VT-d on the kernel with SVA let through on x86 and then this edit. */
    static Experiment onVtd(Scenario scenario, Function<SourceTree, String> edit) {
        SourceTree unmodified = tree();
        SourceTree lifted = PatchedTree.of(unmodified, "lift.patch", Edits.svaOnX86(unmodified));
        String patch = edit.apply(lifted);
        SourceTree edited = patch.isEmpty() ? lifted : PatchedTree.of(lifted, "edit.patch", patch);
        return experiment(Platform.VTD, edited, scenario);
    }

    /** The kernel behind this IOMMU, for any number of scenarios: unmodified, but for SVA let through on x86. */
    static SourceKernel kernel(Platform platform) {
        SourceTree unmodified = tree();
        SourceTree tree = platform == Platform.VTD
                ? PatchedTree.of(unmodified, "lift.patch", Edits.svaOnX86(unmodified))
                : unmodified;
        return SourceKernel.load(platform, tree, CACHE, Feedback.SILENT);
    }

    /** The unmodified kernel, started, without devices. */
    static KernelInstance start() {
        SourceKernel kernel = SourceKernel.load(Platform.SMMUV3, tree(), CACHE, Feedback.SILENT);
        KernelInstance started = kernel.start();
        kernel.keep();
        return started;
    }

    private static Experiment experiment(SourceTree tree, Scenario scenario) {
        return experiment(Platform.SMMUV3, tree, scenario);
    }

    private static Experiment experiment(Platform platform, SourceTree tree, Scenario scenario) {
        SourceKernel kernel = SourceKernel.load(platform, tree, CACHE, Feedback.SILENT);
        Experiment experiment = new Experiment(kernel.start(), scenario);
        kernel.keep();
        return experiment;
    }
}
