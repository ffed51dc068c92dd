package org.svalinn.source.parse;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.cdt.core.index.IIndexFileLocation;
import org.eclipse.cdt.core.parser.ExtendedScannerInfo;
import org.eclipse.cdt.core.parser.FileContent;
import org.eclipse.cdt.core.parser.NullLogService;
import org.eclipse.cdt.core.parser.ParserLanguage;
import org.eclipse.cdt.internal.core.parser.IMacroDictionary;
import org.eclipse.cdt.internal.core.parser.scanner.CPreprocessor;
import org.eclipse.cdt.internal.core.parser.scanner.InternalFileContent;
import org.eclipse.cdt.internal.core.parser.scanner.InternalFileContentProvider;
import org.jspecify.annotations.Nullable;
import org.svalinn.source.tree.BadInput;
import org.svalinn.source.tree.SourceTree;

/** Parses files of one tree under one configuration. */
public final class FrontEnd {
    private static final String COMPILER = "include/generated/compiler.h";
    private final SourceTree tree;
    private final String arch;
    private final Map<String, Boolean> known = new ConcurrentHashMap<>();

    public FrontEnd(SourceTree tree, Configuration configuration) {
        this.tree = new ConfiguredTree(tree, configuration);
        this.arch = "/arch/" + configuration.architecture() + "/include";
    }

    /** Parses a file of the tree. */
    public TranslationUnit parse(String path) {
        String text = tree.text(path);
        if (text == null) {
            throw new BadInput(tree.name() + " has no file " + path);
        }
        return parse(path, text);
    }

    /** Parses a text as if it lay at {@code path} in the tree. */
    public TranslationUnit parse(String path, String text) {
        Map<String, String> macros = new HashMap<>();
        macros.put("__has_attribute(x)", "0");
        macros.put("__unqual_scalar_typeof(x)", "__typeof__(x)");
        String[] include = {arch, arch + "/generated", "/include", arch + "/uapi", arch + "/generated/uapi",
            "/include/uapi", "/include/generated/uapi", "/"};
        String[] forced = {"/" + COMPILER, "/include/linux/compiler-version.h", "/include/linux/kconfig.h", "/include/linux/compiler_types.h"};
        CPreprocessor scanner = new CPreprocessor(FileContent.create("/" + path, text.toCharArray()),
                new ExtendedScannerInfo(macros, include, new String[0], forced), ParserLanguage.C, new NullLogService(),
                new KernelDialect(), new Contents());
        return new TranslationUnit(path, new KernelParser(scanner).parse());
    }

    /** A path as the preprocessor forms it, as the tree knows it: the root of the include path gives two slashes. */
    private static String relative(String path) {
        return path.startsWith("//") ? path.substring(2) : path.substring(1);
    }

    private final class Contents extends InternalFileContentProvider {
        @Override
        public boolean getInclusionExists(String path) {
            return path.equals("/" + COMPILER) || known.computeIfAbsent(relative(path), tree::exists);
        }

        @Override
        public @Nullable InternalFileContent getContentForInclusion(String path, IMacroDictionary macros) {
            String text = path.equals("/" + COMPILER) ? Resources.text("compiler-arm64.h") : tree.text(relative(path));
            return text == null ? null : (InternalFileContent) FileContent.create(path, text.toCharArray());
        }

        @Override
        public @Nullable InternalFileContent getContentForInclusion(IIndexFileLocation location, String ast) {
            return null;
        }
    }
}
