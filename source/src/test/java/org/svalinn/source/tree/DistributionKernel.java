package org.svalinn.source.tree;

import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel of the distribution's package, which tests read since none of it may lie in this repository. */
public final class DistributionKernel {
    public static final Path ARCHIVE = Path.of("/usr/src/linux-source-6.1.tar.xz");

    /** In the build's folder: the archive is decompressed once for all builds until the next {@code mvn clean}. */
    private static final CacheFolder CACHE = CacheFolder.at(Path.of("target", "kernel-cache"));

    private DistributionKernel() {}

    /** Linux 6.1. Fails where the package is not installed. */
    public static synchronized SourceTree tree() {
        if (!Files.exists(ARCHIVE)) {
            throw new AssertionError("this test reads " + ARCHIVE + ": install the package linux-source-6.1");
        }
        return KernelSource.open(ARCHIVE, CACHE, Feedback.SILENT);
    }
}
