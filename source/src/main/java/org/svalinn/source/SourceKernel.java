package org.svalinn.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.svalinn.source.compile.Linker;
import org.svalinn.source.floor.Floor;
import org.svalinn.source.floor.Platform;
import org.svalinn.source.floor.World;
import org.svalinn.source.parse.FrontEnd;
import org.svalinn.source.parse.TranslationUnit;
import org.svalinn.source.runtime.Image;
import org.svalinn.source.runtime.Memory;
import org.svalinn.source.tree.CacheFolder;
import org.svalinn.source.tree.Feedback;
import org.svalinn.source.tree.SourceTree;

/**
 * The Linux kernel of one source tree, parsed: the files under test and Svalinn's harness around them. It is linked
 * and started anew for each scenario.
 */
public final class SourceKernel {
    /** Start-up, up to twelve actors, three daemons and some interrupts, each with a heap and a stack of its own. */
    private static final Memory.Geometry GEOMETRY = new Memory.Geometry(1 << 20, 2 << 20, 22, 512 << 10, 32 << 10);

    private final Platform platform;
    private final List<TranslationUnit> units;
    private final String refusal;

    private SourceKernel(Platform platform, List<TranslationUnit> units, String refusal) {
        this.platform = platform;
        this.refusal = refusal;
        this.units = List.copyOf(units);
    }

    /**
     * Reads the files that SVA on this platform needs, several at a time.
     *
     * @throws org.svalinn.source.tree.BadInput when the tree lacks one
     */
    public static SourceKernel load(Platform platform, SourceTree tree, CacheFolder cache, Feedback feedback) {
        var frontEnd = new FrontEnd(tree, platform.configuration(), cache, feedback);
        List<Callable<TranslationUnit>> readers = new ArrayList<>();
        for (String file : platform.harnessFiles()) {
            readers.add(() -> frontEnd.parse("svalinn/" + file, harness(file)));
        }
        for (String file : platform.kernelFiles()) {
            readers.add(() -> frontEnd.parse(file));
        }
        return new SourceKernel(platform, readAll(readers, feedback), platform.refusal(tree));
    }

    private static List<TranslationUnit> readAll(List<Callable<TranslationUnit>> readers, Feedback feedback) {
        int threads = Math.min(readers.size(), Runtime.getRuntime().availableProcessors());
        try (var executor = Executors.newFixedThreadPool(threads)) {
            List<Future<TranslationUnit>> reading = readers.stream().map(executor::submit).toList();
            List<TranslationUnit> units = new ArrayList<>();
            for (Future<TranslationUnit> unit : reading) {
                feedback.progress("reading the kernel's C files", units.size(), readers.size());
                units.add(unit.get());
            }
            return units;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading the kernel's C files", e);
        }
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

    /** Keeps what was of use of each file, so that the next run of the tool reads no more than that. */
    public void keep() {
        units.forEach(TranslationUnit::keep);
    }

    /** A kernel of this source that has just been started. */
    public KernelInstance start() {
        var world = new World();
        Floor floor = Floor.of(platform, world);
        Image image = Linker.link(units, floor.functions(), GEOMETRY);
        world.attach(image);
        var instance = new KernelInstance(platform, image, world, floor, refusal);
        instance.boot();
        return instance;
    }
}
