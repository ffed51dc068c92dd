package org.svalinn.source.compile;

import java.nio.file.Path;
import org.svalinn.source.parse.Configuration;
import org.svalinn.source.parse.FrontEnd;
import org.svalinn.source.tree.CacheFolder;
import org.svalinn.source.tree.Feedback;
import org.svalinn.source.tree.KernelSource;

/** The distribution's kernel. It is needed: tests of it fail without its package, linux-source-6.1. */
final class Kernel {
    private static final Path ARCHIVE = Path.of("/usr/src/linux-source-6.1.tar.xz");

    private Kernel() {}

    static FrontEnd frontEnd() {
        return new FrontEnd(
                KernelSource.open(ARCHIVE, CacheFolder.at(Path.of("target/kernel-cache")), Feedback.SILENT),
                Configuration.arm64());
    }
}
