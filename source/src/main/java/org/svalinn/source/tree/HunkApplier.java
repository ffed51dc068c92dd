package org.svalinn.source.tree;

import java.util.ArrayList;
import java.util.List;

/**
 * Applies the hunks of one file, as patch(1) does without fuzz: all lines must be there to the letter, though not at
 * the line that the hunk states.
 *
 * <p>A hunk is looked for where it states, moved by as much as the hunk before it was, and then further and further
 * away from there, below before above, but never above the end of the hunk before it. A hunk whose context is shorter
 * before its changes than after them was made at the start of the file, one whose context is shorter after them at the
 * end; away from the stated line they match only there.
 */
final class HunkApplier {
    private static final int SHOWN = 70;

    private final String patch;
    private final String target;
    private final List<String> file;

    /**
     * @param patch what to call the patch in a message
     * @param target the file that is patched
     */
    HunkApplier(String patch, String target, String text) {
        this.patch = patch;
        this.target = target;
        this.file = lines(text);
    }

    /**
     * The text after all hunks.
     *
     * @throws BadInput for the first hunk that does not apply
     */
    String apply(List<Hunk> hunks) {
        List<String> result = new ArrayList<>();
        int copied = 0;
        int shift = 0;
        for (Hunk hunk : hunks) {
            int guess = hunk.linesAbove() + shift;
            int at = place(hunk, hunk.before(), copied, guess);
            if (at < 0) {
                throw mismatch(hunk, copied, guess);
            }
            shift = at - hunk.linesAbove();
            result.addAll(file.subList(copied, at));
            hunk.after().forEach(line -> result.add(line.text()));
            copied = at + hunk.before().size();
        }
        result.addAll(file.subList(copied, file.size()));
        for (int i = 0; i < result.size() - 1; i++) {
            if (!result.get(i).endsWith("\n")) {
                throw bad(hunks.getLast().patchLine(), "line " + (i + 1) + " of " + target
                        + " would be without its line feed, though it is not the last");
            }
        }
        return String.join("", result);
    }

    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int feed = text.indexOf('\n', start);
            int end = feed < 0 ? text.length() : feed + 1;
            lines.add(text.substring(start, end));
            start = end;
        }
        return lines;
    }

    /** How many lines come before {@code wanted} in the file; -1 when it is not there. */
    private int place(Hunk hunk, List<Hunk.Line> wanted, int from, int guess) {
        int last = file.size() - wanted.size();
        if (wanted.isEmpty()) {
            return guess >= from && guess <= last ? guess : -1;
        }
        if (matches(wanted, from, guess)) {
            return guess;
        }
        int leading = hunk.leadingContext();
        int trailing = hunk.trailingContext();
        if (leading < trailing && hunk.oldStart() <= 1) {
            return matches(wanted, from, 0) ? 0 : -1;
        }
        if (trailing < leading) {
            return matches(wanted, from, last) ? last : -1;
        }
        int farthest = Math.max(Math.abs(guess - from), Math.abs(last - guess));
        for (int offset = 1; offset <= farthest; offset++) {
            if (matches(wanted, from, guess + offset)) {
                return guess + offset;
            }
            if (matches(wanted, from, guess - offset)) {
                return guess - offset;
            }
        }
        return -1;
    }

    private boolean matches(List<Hunk.Line> wanted, int from, int at) {
        if (at < from || at > file.size() - wanted.size()) {
            return false;
        }
        for (int i = 0; i < wanted.size(); i++) {
            if (!file.get(at + i).equals(wanted.get(i).text())) {
                return false;
            }
        }
        return true;
    }

    private BadInput mismatch(Hunk hunk, int from, int guess) {
        String where = "hunk " + hunk.number() + " does not apply to " + target;
        if (hunk.before().isEmpty()) {
            return bad(hunk.patchLine(), where + ": it goes after line " + guess + ", but the file has "
                    + file.size() + " lines");
        }
        if (!hunk.after().isEmpty() && place(hunk, hunk.after(), from, guess) >= 0) {
            return bad(hunk.patchLine(), where + ": what it changes reads so already, is the patch in the tree?");
        }
        int at = mostAlike(hunk.before(), from, guess);
        for (int i = 0; i < hunk.before().size(); i++) {
            Hunk.Line wanted = hunk.before().get(i);
            if (at + i >= file.size()) {
                return bad(wanted.patchLine(), where + ": " + shown(wanted.text()) + " is expected at line "
                        + (at + i + 1) + ", but the file ends before it");
            }
            if (!file.get(at + i).equals(wanted.text())) {
                return bad(wanted.patchLine(), where + ": line " + (at + i + 1) + " should be " + shown(wanted.text())
                        + " but is " + shown(file.get(at + i)));
            }
        }
        return bad(hunk.patchLine(), where + ": its lines are at line " + (at + 1)
                + ", but it was made at the " + (hunk.oldStart() <= 1 ? "start" : "end") + " of the file");
    }

    /** The place with the most lines as they should be, and of these the one nearest to the guess. */
    private int mostAlike(List<Hunk.Line> wanted, int from, int guess) {
        int best = Math.clamp(guess, from, file.size());
        int bestAlike = alike(wanted, best);
        for (int at = from; at < file.size(); at++) {
            int alike = alike(wanted, at);
            boolean nearer = Math.abs(at - guess) < Math.abs(best - guess);
            if (alike > bestAlike || (alike == bestAlike && nearer)) {
                best = at;
                bestAlike = alike;
            }
        }
        return best;
    }

    private int alike(List<Hunk.Line> wanted, int at) {
        int alike = 0;
        for (int i = 0; i < wanted.size() && at + i < file.size(); i++) {
            alike += file.get(at + i).equals(wanted.get(i).text()) ? 1 : 0;
        }
        return alike;
    }

    /** A line within quotation marks, its white space told apart. */
    private static String shown(String line) {
        String text = line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
        String visible = text.replace("\t", "\\t").replace("\r", "\\r");
        String shortened = visible.length() > SHOWN ? visible.substring(0, SHOWN) + "…" : visible;
        return "\"" + shortened + "\"" + (line.endsWith("\n") ? "" : " without a line feed");
    }

    private BadInput bad(int patchLine, String what) {
        return new BadInput(patch + ":" + patchLine + ": " + what);
    }
}
