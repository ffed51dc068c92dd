package org.svalinn.scenario;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.svalinn.source.SourceKernel;
import org.svalinn.source.floor.Platform;
import org.svalinn.source.tree.BadInput;
import org.svalinn.source.tree.CacheFolder;
import org.svalinn.source.tree.Feedback;
import org.svalinn.source.tree.KernelSource;
import org.svalinn.source.tree.KernelVersion;
import org.svalinn.source.tree.PatchedTree;
import org.svalinn.source.tree.SourceTree;

/** One kernel, read once, on which any number of scenarios are tried. */
public final class Laboratory implements AutoCloseable {
    /** The IOMMUs whose drivers can be run. */
    public static final List<String> IOMMUS = Arrays.stream(Platform.values()).map(Platform::text).toList();

    private static final Path PACKAGES = Path.of("/usr/src");

    private final SourceKernel kernel;
    private final String kernelName;
    private final String kernelChoice;
    private final Path kernelPath;

    private Laboratory(SourceKernel kernel, String kernelName, String kernelChoice, Path kernelPath) {
        this.kernel = kernel;
        this.kernelName = kernelName;
        this.kernelChoice = kernelChoice;
        this.kernelPath = kernelPath;
    }

    /**
     * What to try scenarios on.
     *
     * @param kernel a directory or archive; empty for the newest source package of the distribution
     * @param patches unified diffs, applied in order
     * @param iommu one of {@link #IOMMUS}
     */
    public record Request(Optional<Path> kernel, List<Path> patches, String iommu) {
        public Request {
            patches = List.copyOf(patches);
        }
    }

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
        Platform platform = platform(request.iommu());
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
        KernelChoice choice = KernelChoice.of(request.kernel(), PACKAGES);
        CacheFolder cache = CacheFolder.ofUser();
        SourceTree tree = KernelSource.open(choice.path(), cache, feedback);
        for (Path patch : request.patches()) {
            PatchedTree patched = PatchedTree.of(tree, patch);
            for (String file : patched.passedOver()) {
                listener.warn(patch + " also changes " + file + ", which Svalinn does not read");
            }
            tree = patched;
        }
        String name = "Linux " + KernelVersion.of(tree) + " (" + choice.path()
                + (request.patches().isEmpty() ? "" : " with " + patchNames(request.patches())) + ")";
        return new Laboratory(SourceKernel.load(platform, tree, cache, feedback), name, choice.why(), choice.path());
    }

    private static Platform platform(String iommu) {
        return Arrays.stream(Platform.values()).filter(platform -> platform.text().equals(iommu)).findFirst()
                .orElseThrow(() -> new BadInput("unknown IOMMU '" + iommu + "'; known: " + String.join(", ", IOMMUS)));
    }

    private static String patchNames(List<Path> patches) {
        return String.join(", ", patches.stream().map(patch -> String.valueOf(patch.getFileName())).toList());
    }

    /** Such as {@code Linux 6.1.192 (/usr/src/linux-source-6.1.tar.xz with drop-mmgrab.patch)}. */
    public String kernelName() {
        return kernelName;
    }

    /** Why this kernel, when none was named; else empty. */
    public String kernelChoice() {
        return kernelChoice;
    }

    /** The directory or archive that was read. */
    public Path kernelPath() {
        return kernelPath;
    }

    /**
     * Starts the kernel anew and makes the scenario's setup.
     *
     * @throws org.svalinn.source.floor.SetupFailure when either cannot be done
     * @throws org.svalinn.source.runtime.Unmodelled when something is reached that is not modelled
     */
    public Experiment prepare(Scenario scenario) {
        return new Experiment(kernel.start(), scenario);
    }

    /** Keeps what was of use of the kernel's files, for the next run. */
    @Override
    public void close() {
        kernel.keep();
    }
}
