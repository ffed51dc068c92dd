package org.svalinn.source.parse;

import java.util.List;
import java.util.function.BiConsumer;
import org.svalinn.source.preprocess.Headers;
import org.svalinn.source.preprocess.Preprocessor;
import org.svalinn.source.tree.BadInput;
import org.svalinn.source.tree.SourceTree;

/** Preprocesses and parses files of one tree under one configuration. May be used by several threads. */
public final class FrontEnd {
    /** The headers that a build includes before any file. */
    private static final List<String> FORCED = List.of(
            "include/linux/compiler-version.h", "include/linux/kconfig.h", "include/linux/compiler_types.h");

    private final SourceTree tree;
    private final Headers headers;
    private final String architecture;

    public FrontEnd(SourceTree tree, Configuration configuration) {
        this.tree = new ConfiguredTree(tree, configuration);
        this.architecture = configuration.architecture();
        String arch = "arch/" + architecture + "/include";
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

    /**
     * Parses a file of the tree.
     *
     * @throws BadInput when the tree has no such file, or it cannot be preprocessed
     */
    public TranslationUnit parse(String path) {
        if (!tree.exists(path)) {
            throw new BadInput(tree.name() + " has no file " + path);
        }
        return parse(path, (preprocessor, unit) -> preprocessor.file(path, unit));
    }

    /** Parses a text as if it lay at {@code path} in the tree, which may have no file of that path. */
    public TranslationUnit parse(String path, String text) {
        return parse(path, (preprocessor, unit) -> preprocessor.text(path, text, unit));
    }

    private TranslationUnit parse(String path, BiConsumer<Preprocessor, UnitBuilder> body) {
        Preprocessor preprocessor = new Preprocessor(headers);
        UnitBuilder unit = new UnitBuilder();
        String compiler = "compiler-" + architecture + ".h";
        preprocessor.text("svalinn/" + compiler, Resources.text(compiler), unit);
        String fixed = "fixed-" + architecture + ".h";
        preprocessor.fix("svalinn/" + fixed, Resources.text(fixed), unit);
        for (String header : FORCED) {
            preprocessor.file(header, unit);
        }
        body.accept(preprocessor, unit);
        return new TranslationUnit(path, unit.text(), unit.declarations());
    }
}
