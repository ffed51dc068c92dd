package org.svalinn.source.parse;

import java.util.regex.Pattern;
import org.svalinn.source.tree.BadInput;

/** {@code arch/arm64/tools/cpucaps}: one capability a line, numbered from 0. */
final class CpucapsTable {
    private static final Pattern CAPABILITY = Pattern.compile("[A-Za-z0-9_]+");

    private CpucapsTable() {}

    /** The text of {@code asm/cpucaps.h}. */
    static String header(String path, String table) {
        StringBuilder header = new StringBuilder();
        int number = 0;
        int lineNumber = 0;
        for (String line : table.lines().toList()) {
            lineNumber++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (!CAPABILITY.matcher(line).matches()) {
                throw new BadInput(path + ":" + lineNumber + ": not a capability: " + line);
            }
            header.append(GeneratedHeaders.define("ARM64_" + line, Integer.toString(number++)));
        }
        return header + GeneratedHeaders.define("ARM64_NCAPS", Integer.toString(number));
    }
}
