package org.svalinn.source.parse;

import org.eclipse.cdt.core.dom.parser.GNUScannerExtensionConfiguration;
import org.eclipse.cdt.core.parser.GCCKeywords;
import org.eclipse.cdt.core.parser.IGCCToken;
import org.eclipse.cdt.core.parser.IMacro;

/**
 * GNU C as the kernel uses it, for CDT's scanner. CDT's own dialect turns {@code __builtin_offsetof},
 * {@code __builtin_va_arg} and others into macros that say less than the text; {@link KernelParser} reads them.
 */
final class KernelDialect extends GNUScannerExtensionConfiguration {
    KernelDialect() {
        addKeyword(GCCKeywords.cp__int128, IGCCToken.t__int128);
    }

    @Override
    public IMacro[] getAdditionalMacros() {
        return new IMacro[] {createMacro("__extension__", "")};
    }
}
