package org.svalinn.scenario;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.svalinn.kernel.ReferenceKernel;
import org.svalinn.kernel.design.Variant;
import org.svalinn.source.SourceKernel;
import org.svalinn.source.floor.Platform;
import org.svalinn.source.tree.BadInput;
import org.svalinn.source.tree.CacheFolder;
import org.svalinn.source.tree.Feedback;
import org.svalinn.source.tree.KernelSource;
import org.svalinn.source.tree.KernelVersion;
import org.svalinn.source.tree.PatchedTree;
import org.svalinn.source.tree.SourceTree;

/** One kernel, read once if it is one to be read, on which any number of scenarios are tried. */
public final class Laboratory implements AutoCloseable {
    /** The IOMMUs that there are models of, for either kernel. */
    public static final List<String> IOMMUS = Arrays.stream(Platform.values()).map(Platform::text).toList();

    private static final Path PACKAGES = Path.of("/usr/src");

    private final String kernelName;
    private final String kernelChoice;
    private final String kernelText;
    private final Function<Scenario, String> refusal;
    private final Function<Scenario, KernelUnderTest> starter;
    private final Runnable keeper;

    private Laboratory(
            String kernelName,
            String kernelChoice,
            String kernelText,
            Function<Scenario, String> refusal,
            Function<Scenario, KernelUnderTest> starter,
            Runnable keeper) {
        this.kernelName = kernelName;
        this.kernelChoice = kernelChoice;
        this.kernelText = kernelText;
        this.refusal = refusal;
        this.starter = starter;
        this.keeper = keeper;
    }

    /**
     * What to try scenarios on.
     *
     * @param kernel which
     * @param iommu one of {@link #IOMMUS}
     */
    public record Request(KernelName kernel, String iommu) {}

    /** Is told how the reading of the kernel goes. May be called from several threads. */
    public interface Listener {
        /** {@code total} is 0 when it is not known. */
        void stage(String what, long done, long total);

        void warn(String line);
    }

    /**
     * Reads the kernel.
     *
     * @throws BadInput in one line, when the kernel or a patch cannot be used
     */
    public static Laboratory open(Request request, Listener listener) {
        return switch (request.kernel()) {
            case KernelName.Reference reference -> reference(reference.variant(), request.iommu());
            case KernelName.Source source -> source(source, request.iommu(), listener);
        };
    }

    /**
     * A reference kernel.
     *
     * @throws BadInput when there is no such IOMMU
     */
    public static Laboratory reference(Variant variant, String iommu) {
        ReferenceKernel.Iommu model = Arrays.stream(ReferenceKernel.Iommu.values())
                .filter(value -> value.text().equals(iommu))
                .findFirst()
                .orElseThrow(() -> unknown(iommu));
        return new Laboratory(
                KernelName.REFERENCE + variant,
                "",
                KernelName.REFERENCE + variant.design().name(),
                scenario -> "",
                scenario -> new ReferenceKernelUnderTest(variant, model, scenario),
                () -> {});
    }

    private static Laboratory source(KernelName.Source source, String iommu, Listener listener) {
        Platform platform = Arrays.stream(Platform.values())
                .filter(value -> value.text().equals(iommu))
                .findFirst()
                .orElseThrow(() -> unknown(iommu));
        Feedback feedback = new Feedback() {
            @Override
            public void progress(String what, long done, long total) {
                listener.stage(what, done, total);
            }

            @Override
            public void warning(String message) {
                listener.warn(message);
            }
        };
        KernelChoice choice = KernelChoice.of(source.path(), PACKAGES);
        CacheFolder cache = CacheFolder.ofUser();
        SourceTree tree = KernelSource.open(choice.path(), cache, feedback);
        for (Path patch : source.patches()) {
            PatchedTree patched = PatchedTree.of(tree, patch);
            for (String file : patched.passedOver()) {
                listener.warn(patch + " also changes " + file + ", which Svalinn does not read");
            }
            tree = patched;
        }
        String name = "Linux " + KernelVersion.of(tree) + " (" + choice.path()
                + (source.patches().isEmpty() ? "" : " with " + patchNames(source.patches())) + ")";
        SourceKernel kernel = SourceKernel.load(platform, tree, cache, feedback);
        return new Laboratory(
                name,
                choice.why(),
                choice.path().toAbsolutePath().normalize().toString(),
                SourceKernelUnderTest::refusal,
                scenario -> new SourceKernelUnderTest(kernel.start(), scenario),
                kernel::keep);
    }

    private static BadInput unknown(String iommu) {
        return new BadInput("unknown IOMMU '" + iommu + "'; known: " + String.join(", ", IOMMUS));
    }

    private static String patchNames(List<Path> patches) {
        return String.join(", ", patches.stream().map(patch -> String.valueOf(patch.getFileName())).toList());
    }

    /**
     * Such as {@code Linux 6.1.192 (/usr/src/linux-source-6.1.tar.xz with drop-mmgrab.patch)}, or {@code reference:v5.18
     * without drain}.
     */
    public String kernelName() {
        return kernelName;
    }

    /** Why this kernel, where it was chosen among some; else empty. */
    public String kernelChoice() {
        return kernelChoice;
    }

    /** The {@link KernelName} that finds this kernel again: patches and omissions are not in it. */
    public String kernelText() {
        return kernelText;
    }

    /** What in the scenario this kernel cannot do, in words; empty if there is nothing. */
    public String refusal(Scenario scenario) {
        return refusal.apply(scenario);
    }

    /**
     * Starts the kernel anew; a source kernel makes the scenario's setup.
     *
     * @throws CannotPlay when the kernel cannot do what is in the scenario
     * @throws org.svalinn.source.floor.SetupFailure when kernel or setup cannot be made
     * @throws org.svalinn.source.runtime.Unmodelled when something is reached that is not modelled
     */
    public Experiment prepare(Scenario scenario) {
        String reason = refusal(scenario);
        if (!reason.isEmpty()) {
            throw new CannotPlay(reason);
        }
        return new Experiment(starter.apply(scenario), scenario);
    }

    /** Keeps what was of use of the kernel's files, for the next run. */
    @Override
    public void close() {
        keeper.run();
    }
}
