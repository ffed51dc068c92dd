package org.svalinn.source.parse;

import java.util.Map;
import org.svalinn.source.tree.TextTree;

/** The least tree that a front end can work on: headers that say nothing. */
final class SnippetTree {
    static final Configuration CONFIGURATION =
            new Configuration("arm64", Map.of("HZ", "250", "NR_CPUS", "8", "SMP", "y", "UACCE", "m"));

    private SnippetTree() {}

    static TextTree empty() {
        return new TextTree()
                .with("Makefile", "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 300\n")
                .with("include/linux/compiler-version.h", "")
                .with("include/linux/kconfig.h", "#include <generated/autoconf.h>\n")
                .with("include/linux/compiler_types.h", "");
    }

    /** Parses a text without headers. */
    static TranslationUnit parse(String text) {
        return new FrontEnd(empty(), CONFIGURATION).parse("mm/snippet.c", text);
    }
}
