package org.svalinn.source.compile;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.svalinn.source.parse.Configuration;
import org.svalinn.source.parse.FrontEnd;
import org.svalinn.source.parse.TranslationUnit;
import org.svalinn.source.runtime.Bus;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.FloorFunction;
import org.svalinn.source.runtime.Image;
import org.svalinn.source.runtime.Memory;
import org.svalinn.source.tree.SourceTree;

/** A little C of ours, linked and ready to call. */
final class Snippet {
    static final String FILE = "snippet.c";

    private final Image image;
    private final Cpu cpu;

    private Snippet(Image image) {
        this.image = image;
        this.cpu = image.cpu(0).begin(Bus.SILENT, 1_000_000);
    }

    static Snippet of(String text) {
        return of(text, Map.of());
    }

    static Snippet of(String text, Map<String, FloorFunction> floor) {
        return of(Map.of(FILE, text), floor);
    }

    static Snippet of(Map<String, String> files, Map<String, FloorFunction> floor) {
        var tree = new HashMap<>(files);
        for (String header : List.of("compiler-version.h", "kconfig.h", "compiler_types.h")) {
            tree.put("include/linux/" + header, "\n");
        }
        tree.put("Makefile", "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 0\n");
        var frontEnd = new FrontEnd(
                new Files(tree), new Configuration("arm64", Map.of("HZ", "100", "NR_CPUS", "4", "64BIT", "y")));
        List<TranslationUnit> units =
                files.keySet().stream().sorted().map(frontEnd::parse).toList();
        return new Snippet(Linker.link(units, floor, new Memory.Geometry(1 << 16, 1 << 16, 2, 1 << 16, 1 << 16)));
    }

    Image image() {
        return image;
    }

    Cpu cpu() {
        return cpu;
    }

    long call(String function, long... arguments) {
        return cpu.call(image.function(function), arguments);
    }

    /** What the body of a function without parameters that returns a long gives. */
    static long run(String body) {
        return of("long run(void) { " + body + " }").call("run");
    }

    private record Files(Map<String, String> files) implements SourceTree {
        @Override
        public String name() {
            return "snippets";
        }

        @Override
        public boolean exists(String path) {
            return files.containsKey(path);
        }

        @Override
        public @Nullable String text(String path) {
            return files.get(path);
        }

        @Override
        public @Nullable String stamp(String path) {
            return files.get(path);
        }
    }
}
