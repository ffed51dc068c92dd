package org.svalinn.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which kernel. */
final class KernelOptions {
    @Option(names = "--kernel", paramLabel = "DIR|TAR.XZ",
            description = "Linux source tree or archive. Default: the newest linux-source-6.1* under /usr/src.")
    private @Nullable Path kernel;

    @Option(names = "--patch", paramLabel = "FILE",
            description = "Unified diff to put on the source, in memory: the tree is never written. Can be given again.")
    private List<Path> patches = new ArrayList<>();

    @Option(names = "--iommu", paramLabel = "MODEL", defaultValue = "smmuv3",
            description = "Model of IOMMU: smmuv3 (arm64) or vtd (x86-64). Default: ${DEFAULT-VALUE}.")
    private String iommu = "smmuv3";

    Optional<Path> kernel() {
        return Optional.ofNullable(kernel);
    }

    List<Path> patches() {
        return List.copyOf(patches);
    }

    String iommu() {
        return iommu;
    }

    Workshop.Request request() {
        return new Workshop.Request(kernel(), patches(), iommu);
    }
}
