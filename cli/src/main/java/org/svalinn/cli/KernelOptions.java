package org.svalinn.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.scenario.KernelName;
import picocli.CommandLine.Option;

/** The options that say which kernel. */
final class KernelOptions {
    @Option(names = "--kernel", paramLabel = "KERNEL", completionCandidates = Kernels.class,
            description = {
                "A reference kernel, as reference:DESIGN; a Linux source tree or .tar.xz, whose C is executed; or "
                        + "'source', the newest linux-source-6.1* under /usr/src. Default: reference:v5.18, or with "
                        + "--patch: source.",
                "By name: ${COMPLETION-CANDIDATES}."
            })
    private @Nullable String kernel;

    @Option(names = "--without", paramLabel = "STEP", split = ",", completionCandidates = Omissions.class,
            description = "What a reference kernel leaves out: ${COMPLETION-CANDIDATES}. Can be given again.")
    private List<String> without = new ArrayList<>();

    @Option(names = "--patch", paramLabel = "FILE",
            description = "Unified diff to put on a source kernel, in memory: the tree is never written. Can be given "
                    + "again.")
    private List<Path> patches = new ArrayList<>();

    @Option(names = "--iommu", paramLabel = "MODEL", defaultValue = "smmuv3",
            description = "Model of IOMMU: smmuv3 (arm64) or vtd (x86-64). Default: ${DEFAULT-VALUE}.")
    private String iommu = "smmuv3";

    /** The names of kernels. */
    static final class Kernels implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return KernelName.all().iterator();
        }
    }

    /** The names of what can be left out. */
    static final class Omissions implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return KernelName.omissions().iterator();
        }
    }

    List<Path> patches() {
        return List.copyOf(patches);
    }

    List<String> without() {
        return List.copyOf(without);
    }

    String iommu() {
        return iommu;
    }

    Workshop.Request request() {
        return request(patches.isEmpty() ? KernelName.USUAL : KernelName.PACKAGE);
    }

    /** @param usual the kernel where the user names none */
    Workshop.Request request(String usual) {
        return new Workshop.Request(kernel == null ? usual : kernel, patches(), without, iommu);
    }
}
