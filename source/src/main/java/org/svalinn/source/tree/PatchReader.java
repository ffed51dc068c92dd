package org.svalinn.source.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.svalinn.source.tree.Hunk.Kind;

/**
 * Reads unified diffs: what {@code git diff}, {@code git format-patch} and {@code diff -u} write, one or several in a
 * text, with any prose around them.
 *
 * <p>Prose is all that stands outside a file's part, as for patch(1). Within a hunk the counts of its header rule, so
 * that a removed line {@code -- x}, which reads {@code --- x}, is no header. What would change files in another way
 * than by lines (renames, binary files, symbolic links, merges) is refused by name.
 */
final class PatchReader {
    private static final Pattern HUNK =
            Pattern.compile("@@ -(\\d{1,9})(?:,(\\d{1,9}))? \\+(\\d{1,9})(?:,(\\d{1,9}))? @@.*");
    private static final Pattern EPOCH = Pattern.compile("(?:1970-01-01|1969-12-31)\\b.*");
    private static final Pattern BINARY = Pattern.compile("Binary files .+ and .+ differ");
    private static final String NOTHING = "/dev/null";

    private final String patch;
    private final List<String> lines;
    private final List<FileChange> changes = new ArrayList<>();
    private int next;

    private PatchReader(String patch, List<String> lines) {
        this.patch = patch;
        this.lines = lines;
    }

    /**
     * The changes, in the order of the text.
     *
     * @param patch what to call the patch in a message
     * @throws BadInput when the text holds no unified diff, a broken one, or one that cannot be followed
     */
    static List<FileChange> read(String patch, String text) {
        if (text.isBlank()) {
            throw new BadInput(patch + " is empty: give a patch made with git diff or diff -u");
        }
        PatchReader reader = new PatchReader(patch, lines(text));
        reader.all();
        if (reader.changes.isEmpty()) {
            throw new BadInput(patch + " changes no file: give a unified diff, made with git diff or diff -u");
        }
        return reader.changes;
    }

    /** The lines; a patch that went through a program that ends them with CR LF has that in its headers too. */
    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        if (lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        if (lines.stream().anyMatch(line -> line.endsWith("\r") && line.startsWith("@@ -"))) {
            lines.replaceAll(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        }
        return lines;
    }

    private void all() {
        while (next < lines.size()) {
            String line = lines.get(next);
            if (line.startsWith("diff --git ")) {
                gitFile();
            } else if (isHeader()) {
                plainFile(next);
            } else if (line.startsWith("diff --cc ") || line.startsWith("diff --combined ")) {
                throw bad(next, "the diff of a merge: give the patch against one parent (git diff PARENT MERGE)");
            } else if (BINARY.matcher(line).matches()) {
                throw bad(next, "a change of a binary file cannot be applied: leave that file out of the patch");
            } else if (line.startsWith("@@ -")) {
                throw bad(next, "a hunk, but no '---' and '+++' before it say which file it is for");
            } else {
                next++;
            }
        }
    }

    private boolean isHeader() {
        return next + 1 < lines.size()
                && lines.get(next).startsWith("--- ")
                && lines.get(next + 1).startsWith("+++ ");
    }

    /** A part that begins with {@code diff --git}; a file without lines or with a new mode has no header or hunk. */
    private void gitFile() {
        int start = next++;
        boolean made = false;
        boolean deleted = false;
        while (next < lines.size() && !isHeader()) {
            String line = lines.get(next);
            if (line.startsWith("rename from ") || line.startsWith("copy from ")) {
                String kind = line.substring(0, line.indexOf(' '));
                String name = line.substring((kind + " from ").length());
                throw bad(next, kind + " of " + name + ": renames and copies are not followed,"
                        + " make the patch with git diff --no-renames");
            } else if (line.equals("GIT binary patch") || BINARY.matcher(line).matches()) {
                throw bad(next, "a change of a binary file cannot be applied: leave that file out of the patch");
            } else if (line.startsWith("new file mode ")) {
                made = true;
                checkMode(line);
            } else if (line.startsWith("deleted file mode ")) {
                deleted = true;
                checkMode(line);
            } else if (line.startsWith("index ")) {
                checkMode(line);
            } else if (!line.matches("(old mode|new mode|(dis)?similarity index) .*")) {
                break;
            }
            next++;
        }
        if (next < lines.size() && isHeader()) {
            plainFile(start);
        } else if (made || deleted) {
            String name = gitName(start);
            changes.add(new FileChange(start + 1, made ? null : name, deleted ? null : name, false, List.of()));
        }
    }

    /** Only a regular file has lines: 120000 is a symbolic link, 160000 a submodule. */
    private void checkMode(String line) {
        if (line.endsWith(" 120000") || line.endsWith(" 160000")) {
            throw bad(next, "symbolic links and submodules cannot be patched: leave that file out of the patch");
        }
    }

    /** The name of {@code diff --git a/x b/x}, where x is the same twice and may have blanks. */
    private String gitName(int start) {
        String names = lines.get(start).substring("diff --git ".length());
        if (names.startsWith("\"")) {
            return unquoted(start, names);
        }
        int middle = names.length() / 2;
        if (names.length() % 2 == 0 || names.charAt(middle) != ' ') {
            throw bad(start, "two names, which cannot be told apart: " + names);
        }
        return names.substring(middle + 1);
    }

    private void plainFile(int start) {
        String fromLine = lines.get(next).substring("--- ".length());
        String toLine = lines.get(next + 1).substring("+++ ".length());
        String from = name(next, fromLine);
        String to = name(next + 1, toLine);
        if (from == null && to == null) {
            throw bad(next, "both names are " + NOTHING);
        }
        next += 2;
        List<Hunk> hunks = new ArrayList<>();
        while (next < lines.size() && lines.get(next).startsWith("@@ ")) {
            hunks.add(hunk(hunks.size() + 1));
        }
        if (hunks.isEmpty()) {
            throw bad(start, "no hunk follows the names of the file");
        }
        changes.add(new FileChange(start + 1, from, to, EPOCH.matcher(date(toLine)).matches(), hunks));
    }

    private static String date(String header) {
        int tab = header.indexOf('\t');
        return tab < 0 ? "" : header.substring(tab + 1);
    }

    private @Nullable String name(int line, String header) {
        if (header.startsWith("\"")) {
            return unquoted(line, header);
        }
        int tab = header.indexOf('\t');
        String name = (tab < 0 ? header : header.substring(0, tab)).strip();
        if (name.isEmpty()) {
            throw bad(line, "no name of a file");
        }
        return name.equals(NOTHING) ? null : name;
    }

    /** A name that git has quoted as C does, for its bytes beyond ASCII. */
    private String unquoted(int line, String header) {
        StringBuilder name = new StringBuilder();
        for (int i = 1; i < header.length(); i++) {
            char c = header.charAt(i);
            if (c == '"') {
                return name.toString();
            }
            if (c == '\\' && header.substring(i + 1).matches("[0-3][0-7]{2}.*")) {
                name.append((char) Integer.parseInt(header.substring(i + 1, i + 4), 8));
                i += 3;
            } else if (c == '\\' && i + 1 < header.length() && "\\\"".indexOf(header.charAt(i + 1)) >= 0) {
                name.append(header.charAt(++i));
            } else if (c == '\\') {
                throw bad(line, "a name with control characters");
            } else {
                name.append(c);
            }
        }
        throw bad(line, "a quoted name without its end");
    }

    private Hunk hunk(int number) {
        int start = next++;
        Matcher header = HUNK.matcher(lines.get(start));
        if (!header.matches()) {
            throw bad(start, "not the header of a hunk: " + lines.get(start));
        }
        int oldLeft = count(header.group(2));
        int newLeft = count(header.group(4));
        List<Hunk.Line> body = new ArrayList<>();
        while (oldLeft > 0 || newLeft > 0) {
            Hunk.Line line = line(start, number, oldLeft, newLeft);
            oldLeft -= line.kind() == Kind.ADDED ? 0 : 1;
            newLeft -= line.kind() == Kind.DELETED ? 0 : 1;
            if (oldLeft < 0 || newLeft < 0) {
                throw bad(next - 1, "hunk " + number + " has more lines than its header counts");
            }
            body.add(line);
        }
        if (body.isEmpty()) {
            throw bad(start, "hunk " + number + " counts no line");
        }
        if (next < lines.size() && continuesHunk(lines.get(next))) {
            throw bad(next, "hunk " + number + " has more lines than its header counts");
        }
        return new Hunk(start + 1, number, Integer.parseInt(header.group(1)), body);
    }

    private static int count(@Nullable String stated) {
        return stated == null ? 1 : Integer.parseInt(stated);
    }

    /** The next line of a hunk; some mailers cut the blank off that is all there is of an empty line of context. */
    private Hunk.Line line(int start, int number, int oldLeft, int newLeft) {
        if (next == lines.size() || lines.get(next).startsWith("@@ -") || lines.get(next).startsWith("diff --git ")) {
            throw bad(start, "hunk " + number + " is cut short: " + oldLeft + " old and " + newLeft
                    + " new lines are missing");
        }
        int at = next++;
        String line = lines.get(at);
        Kind kind = switch (line.isEmpty() ? ' ' : line.charAt(0)) {
            case ' ' -> Kind.CONTEXT;
            case '-' -> Kind.DELETED;
            case '+' -> Kind.ADDED;
            default -> throw bad(at, "in hunk " + number + " a line that begins with none of blank, '-' and '+'");
        };
        String text = line.isEmpty() ? "" : line.substring(1);
        if (next < lines.size() && lines.get(next).startsWith("\\ ")) {
            next++;
            return new Hunk.Line(at + 1, kind, text);
        }
        return new Hunk.Line(at + 1, kind, text + "\n");
    }

    /** Whether a line after the last of a hunk looks like one more; {@code -- } begins the signature of a mail. */
    private boolean continuesHunk(String line) {
        return !line.isEmpty()
                && " +-".indexOf(line.charAt(0)) >= 0
                && !line.equals("-- ")
                && !line.equals("--")
                && !isHeader();
    }

    private BadInput bad(int line, String what) {
        return new BadInput(patch + ":" + (line + 1) + ": " + what);
    }
}
