package org.svalinn.source.parse;

import org.eclipse.cdt.core.dom.parser.IBuiltinBindingsProvider;
import org.eclipse.cdt.core.dom.parser.c.GCCParserExtensionConfiguration;
import org.jspecify.annotations.Nullable;

/** GNU C without CDT's bindings for GCC's built-in functions: a costly table that nobody asks. */
final class KernelExtensions extends GCCParserExtensionConfiguration {
    @Override
    public @Nullable IBuiltinBindingsProvider getBuiltinBindingsProvider() {
        return null;
    }
}
