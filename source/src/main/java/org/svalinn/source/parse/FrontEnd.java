package org.svalinn.source.parse;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.svalinn.source.preprocess.Headers;
import org.svalinn.source.preprocess.Preprocessor;
import org.svalinn.source.tree.BadInput;
import org.svalinn.source.tree.CacheFolder;
import org.svalinn.source.tree.Feedback;
import org.svalinn.source.tree.SourceTree;
import org.svalinn.source.tree.Stamps;

/**
 * Preprocesses and parses files of one tree under one configuration. May be used by several threads; headers are read
 * once for all units.
 */
public final class FrontEnd {
    /** The headers that a build includes before any file. */
    private static final List<String> FORCED = List.of(
            "include/linux/compiler-version.h", "include/linux/kconfig.h", "include/linux/compiler_types.h");

    private static final String UNIT_PREFIX = "unit-";
    /** The room, in bytes, for the slices of some dozens of kernels and patches. */
    private static final long MOST_KEPT = 256L << 20;

    private final SourceTree tree;
    private final Headers headers;
    private final CacheFolder cache;
    private final Feedback feedback;
    private final String compiler;
    private final String fixed;
    private final String identity;

    /** A front end that keeps nothing for the next run. */
    public FrontEnd(SourceTree tree, Configuration configuration) {
        this(tree, configuration, CacheFolder.none(), Feedback.SILENT);
    }

    /** A front end that finds in the cache what units were asked for before, see {@link TranslationUnit#keep}. */
    public FrontEnd(SourceTree tree, Configuration configuration, CacheFolder cache, Feedback feedback) {
        this.tree = new Stamped(new ConfiguredTree(tree, configuration));
        this.cache = cache;
        this.feedback = feedback;
        this.compiler = common("compiler", configuration);
        this.fixed = common("fixed", configuration);
        this.identity = Stamps.of(tree.name() + configuration.options() + compiler + fixed);
        String arch = "arch/" + configuration.architecture() + "/include";
        this.headers = new Headers(
                this.tree,
                List.of(
                        arch,
                        arch + "/generated",
                        "include",
                        arch + "/uapi",
                        arch + "/generated/uapi",
                        "include/uapi",
                        "include/generated/uapi",
                        ""));
    }

    /** What is the same on every architecture, and what one architecture adds. */
    private static String common(String header, Configuration configuration) {
        return Resources.text(header + ".h") + Resources.text(header + "-" + configuration.architecture() + ".h");
    }

    /**
     * Reads a file of the tree with all that it includes.
     *
     * @throws BadInput when the tree has no such file, or it cannot be preprocessed
     */
    public TranslationUnit parse(String path) {
        if (!tree.exists(path)) {
            throw new BadInput(tree.name() + " has no file " + path);
        }
        return unit(path, "", (preprocessor, unit) -> preprocessor.file(path, unit));
    }

    /**
     * Reads a text as if it lay at {@code path} in the tree, which may have no file of that path.
     *
     * @throws BadInput when it cannot be preprocessed
     */
    public TranslationUnit parse(String path, String text) {
        return unit(path, text, (preprocessor, unit) -> preprocessor.text(path, text, unit));
    }

    private TranslationUnit unit(String path, String text, BiConsumer<Preprocessor, UnitBuilder> body) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        String kept = UNIT_PREFIX + file + "-" + Stamps.of(identity + path + "\n" + text).substring(0, 16) + ".slice";
        Supplier<WholeUnit> reader = () -> preprocess(body);
        Slice slice = slice(kept);
        return new TranslationUnit(path, slice == null ? reader.get() : slice, reader, grown -> keep(kept, grown));
    }

    private void keep(String file, Slice slice) {
        cache.write(file, slice.write(), feedback);
        cache.limit(UNIT_PREFIX, MOST_KEPT);
    }

    private @Nullable Slice slice(String file) {
        ByteBuffer known = cache.read(file, feedback);
        Slice slice = known == null ? null : Slice.read(known);
        return slice != null && slice.footprint().holds(tree) ? slice : null;
    }

    private WholeUnit preprocess(BiConsumer<Preprocessor, UnitBuilder> body) {
        Preprocessor preprocessor = new Preprocessor(headers);
        UnitBuilder unit = new UnitBuilder();
        preprocessor.text("svalinn/compiler.h", compiler, unit);
        preprocessor.fix("svalinn/fixed.h", fixed, unit);
        for (String header : FORCED) {
            preprocessor.file(header, unit);
        }
        body.accept(preprocessor, unit);
        return unit.build(Footprint.of(preprocessor, tree));
    }
}
