package org.svalinn.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.svalinn.source.compile.Linker;
import org.svalinn.source.floor.Floor;
import org.svalinn.source.floor.Harness;
import org.svalinn.source.floor.World;
import org.svalinn.source.parse.Configuration;
import org.svalinn.source.parse.FrontEnd;
import org.svalinn.source.parse.TranslationUnit;
import org.svalinn.source.runtime.Image;
import org.svalinn.source.runtime.Memory;
import org.svalinn.source.tree.SourceTree;

/**
 * The Linux kernel of one source tree, parsed: the files under test and Svalinn's harness around them. It is linked
 * and started anew for each scenario.
 */
public final class SourceKernel {
    /** Start-up, up to twelve actors and three daemons, each with a heap and a stack of its own. */
    private static final Memory.Geometry GEOMETRY = new Memory.Geometry(1 << 20, 2 << 20, 16, 256 << 10, 32 << 10);

    private final List<TranslationUnit> units;

    private SourceKernel(List<TranslationUnit> units) {
        this.units = List.copyOf(units);
    }

    /**
     * Reads the files that SVA on Arm's SMMUv3 needs.
     *
     * @param progress is told each file before it is read
     * @throws org.svalinn.source.tree.BadInput when the tree lacks one
     */
    public static SourceKernel loadForSmmuv3(SourceTree tree, Consumer<String> progress) {
        var frontEnd = new FrontEnd(tree, Configuration.arm64());
        List<TranslationUnit> units = new ArrayList<>();
        for (String file : Harness.filesForSmmuv3()) {
            progress.accept(file);
            units.add(frontEnd.parse("svalinn/" + file, harness(file)));
        }
        for (String file : Harness.kernelFilesForSmmuv3()) {
            progress.accept(file);
            units.add(frontEnd.parse(file));
        }
        return new SourceKernel(units);
    }

    private static String harness(String file) {
        try (InputStream in = SourceKernel.class.getResourceAsStream("harness/" + file)) {
            if (in == null) {
                throw new IllegalStateException("the harness lacks " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A kernel of this source that has just been started. */
    public KernelInstance start() {
        var world = new World();
        Floor floor = Floor.of(world);
        Image image = Linker.link(units, floor.functions(), GEOMETRY);
        world.attach(image);
        var instance = new KernelInstance(image, world, floor);
        instance.boot();
        return instance;
    }
}
