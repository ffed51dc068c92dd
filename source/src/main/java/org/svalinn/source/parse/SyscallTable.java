package org.svalinn.source.parse;

import java.util.regex.Pattern;
import org.svalinn.source.tree.BadInput;

/** {@code syscall_64.tbl}: a system call's number, ABI and name a line, and the functions behind it. */
final class SyscallTable {
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final Pattern BLANK = Pattern.compile("\\s+");

    private SyscallTable() {}

    /** The text of {@code asm/unistd_64.h}: all but the system calls of the x32 ABI. */
    static String header(String path, String table) {
        StringBuilder header = new StringBuilder();
        int last = -1;
        int lineNumber = 0;
        for (String line : table.lines().toList()) {
            lineNumber++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] words = BLANK.split(line.strip());
            if (words.length < 3 || !NUMBER.matcher(words[0]).matches()) {
                throw new BadInput(path + ":" + lineNumber + ": not a system call: " + line);
            }
            if (!words[1].equals("x32")) {
                header.append(GeneratedHeaders.define("__NR_" + words[2], words[0]));
                last = Math.max(last, Integer.parseInt(words[0]));
            }
        }
        return header + GeneratedHeaders.define("__NR_syscalls", Integer.toString(last + 1));
    }
}
