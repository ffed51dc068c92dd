package org.svalinn.source.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a patch: a unified diff as {@code diff -u} or git writes it, with whatever mail is around it.
 *
 * <p>A hunk's header says how many lines it has, so what follows a hunk is never taken for a part of it: a mail's
 * signature begins with {@code --} as a removed line may.
 */
final class UnifiedDiff {
    private static final Pattern HUNK = Pattern.compile("@@ -(\\d{1,9})(?:,(\\d{1,9}))? \\+(\\d{1,9})(?:,(\\d{1,9}))? @@.*");

    private final String name;
    private final List<String> lines;
    private final List<FileChange> changes = new ArrayList<>();
    private int at;
    private @Nullable Header header;

    /** What precedes the hunks of a file. */
    private static final class Header {
        private final int patchLine;
        private final boolean fromGit;
        private @Nullable String oldPath;
        private @Nullable String newPath;
        private boolean isNew;
        private boolean isDeleted;
        private boolean isMeaningful;
        private final List<Hunk> hunks = new ArrayList<>();

        Header(int patchLine, boolean fromGit) {
            this.patchLine = patchLine;
            this.fromGit = fromGit;
        }
    }

    private UnifiedDiff(String name, String text) {
        this.name = name;
        this.lines = linesOf(text);
    }

    /**
     * Reads a patch.
     *
     * @param name what to call it in messages
     * @throws BadInput when it is malformed, binary or empty
     */
    static List<FileChange> parse(String name, String text) {
        UnifiedDiff diff = new UnifiedDiff(name, text);
        diff.read();
        return diff.changes;
    }

    /** The lines with their newlines. Where the patch itself was stored with CR LF, without the CR. */
    private static List<String> linesOf(String text) {
        boolean stored = Pattern.compile("(?m)^@@ -\\d.*\r$").matcher(text).find();
        String clean = stored ? text.replace("\r\n", "\n") : text;
        List<String> lines = new ArrayList<>();
        for (int start = 0; start < clean.length(); ) {
            int newline = clean.indexOf('\n', start);
            int end = newline < 0 ? clean.length() : newline + 1;
            lines.add(clean.substring(start, end));
            start = end;
        }
        return lines;
    }

    private void read() {
        for (; at < lines.size(); at++) {
            String line = lines.get(at).stripTrailing();
            if (line.startsWith("diff --git ")) {
                finish();
                header = gitHeader(line);
            } else if (line.startsWith("--- ") && at + 1 < lines.size() && lines.get(at + 1).startsWith("+++ ")) {
                paths(line, lines.get(at + 1).stripTrailing());
                at++;
            } else if (line.startsWith("@@ ")) {
                hunk(line);
            } else if (line.startsWith("GIT binary patch") || line.matches("Binary files .* differ")) {
                throw bad(at, "it changes a binary file, which Svalinn cannot apply");
            } else if (line.startsWith("*** ") && at + 1 < lines.size() && lines.get(at + 1).startsWith("--- ")) {
                throw bad(at, "it is a context diff: make a unified one with diff -u or git diff");
            } else if (header != null && header.fromGit && header.hunks.isEmpty()) {
                gitLine(header, line);
            }
        }
        finish();
        if (changes.isEmpty()) {
            throw new BadInput(name + " is no patch: it has no unified diff in it");
        }
    }

    /** {@code diff --git a/x b/x}: the paths matter only to a change without hunks. */
    private Header gitHeader(String line) {
        Header git = new Header(at, true);
        String paths = line.substring("diff --git ".length());
        int middle = paths.length() / 2;
        if (paths.length() % 2 == 1 && paths.charAt(middle) == ' ') {
            git.oldPath = unquote(paths.substring(0, middle));
            git.newPath = unquote(paths.substring(middle + 1));
        }
        return git;
    }

    private void gitLine(Header git, String line) {
        if (line.startsWith("new file mode")) {
            git.isNew = true;
            git.isMeaningful = true;
        } else if (line.startsWith("deleted file mode")) {
            git.isDeleted = true;
            git.isMeaningful = true;
        } else if (line.startsWith("rename from ")) {
            git.oldPath = "a/" + unquote(line.substring("rename from ".length()));
            git.isMeaningful = true;
        } else if (line.startsWith("rename to ")) {
            git.newPath = "b/" + unquote(line.substring("rename to ".length()));
        } else if (line.startsWith("copy from ")) {
            throw bad(at, "it copies a file, which Svalinn cannot apply: make the patch without -C");
        }
    }

    private void paths(String oldLine, String newLine) {
        if (header == null || !header.fromGit || !header.hunks.isEmpty()) {
            finish();
            header = new Header(at, false);
        }
        String oldPath = path(oldLine);
        String newPath = path(newLine);
        header.isNew |= oldPath.equals("/dev/null");
        header.isDeleted |= newPath.equals("/dev/null");
        header.oldPath = oldPath;
        header.newPath = newPath;
    }

    /** The path behind {@code ---} or {@code +++}; a tab and a time may follow it. */
    private static String path(String line) {
        String rest = line.substring(4);
        int tab = rest.indexOf('\t');
        return unquote((tab < 0 ? rest : rest.substring(0, tab)).strip());
    }

    private static String unquote(String path) {
        return path.length() > 1 && path.startsWith("\"") && path.endsWith("\"")
                ? path.substring(1, path.length() - 1).replace("\\\"", "\"")
                : path;
    }

    private void hunk(String line) {
        Matcher form = HUNK.matcher(line);
        if (!form.matches()) {
            throw bad(at, "a hunk's header is malformed: " + line);
        }
        if (header == null || header.oldPath == null) {
            throw bad(at, "a hunk without the --- and +++ lines that say which file it is for");
        }
        int start = at;
        int oldLeft = form.group(2) == null ? 1 : Integer.parseInt(form.group(2));
        int newLeft = form.group(4) == null ? 1 : Integer.parseInt(form.group(4));
        List<Hunk.Line> content = new ArrayList<>();
        while (oldLeft > 0 || newLeft > 0) {
            if (++at == lines.size()) {
                throw bad(start, "the hunk ends too early: " + oldLeft + " old and " + newLeft
                        + " new lines are missing");
            }
            Hunk.Line next = hunkLine(lines.get(at));
            oldLeft -= next.kind() == Hunk.Kind.ADDED ? 0 : 1;
            newLeft -= next.kind() == Hunk.Kind.REMOVED ? 0 : 1;
            if (oldLeft < 0 || newLeft < 0) {
                throw bad(at, "the hunk has more lines than its header says");
            }
            content.add(next);
            if (at + 1 < lines.size() && lines.get(at + 1).startsWith("\\")) {
                at++;
                content.set(content.size() - 1, new Hunk.Line(next.kind(), chomp(next.text()), next.patchLine()));
            }
        }
        header.hunks.add(new Hunk(
                start + 1, Integer.parseInt(form.group(1)), Integer.parseInt(form.group(3)), List.copyOf(content)));
    }

    private Hunk.Line hunkLine(String line) {
        if (line.isBlank() && (line.startsWith("\n") || line.startsWith("\r"))) {
            return new Hunk.Line(Hunk.Kind.CONTEXT, line, at + 1); // a mailer took the blank away
        }
        Hunk.Kind kind = switch (line.charAt(0)) {
            case ' ' -> Hunk.Kind.CONTEXT;
            case '-' -> Hunk.Kind.REMOVED;
            case '+' -> Hunk.Kind.ADDED;
            default -> throw bad(at, "the hunk is malformed here: " + line.strip());
        };
        String text = line.substring(1);
        return new Hunk.Line(kind, text.endsWith("\n") ? text : text + "\n", at + 1);
    }

    private static String chomp(String line) {
        return line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
    }

    /** The file under way is complete. */
    private void finish() {
        Header done = header;
        header = null;
        if (done == null) {
            return;
        }
        boolean renames = done.isMeaningful || !done.hunks.isEmpty();
        if (!renames) {
            if (!done.fromGit) {
                throw bad(done.patchLine, "the change of " + done.newPath + " has no hunks");
            }
            return; // a change of mode only
        }
        changes.add(new FileChange(
                done.isNew ? null : done.oldPath,
                done.isDeleted ? null : done.newPath,
                done.patchLine + 1,
                done.fromGit,
                List.copyOf(done.hunks)));
    }

    private BadInput bad(int index, String what) {
        return new BadInput(name + ":" + (index + 1) + ": " + what);
    }
}
