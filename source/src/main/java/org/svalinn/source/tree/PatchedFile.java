package org.svalinn.source.tree;

import java.util.ArrayList;
import java.util.List;

/**
 * Applies the hunks of one file, as patch(1) does without fuzz: every line a hunk expects must be there, exactly and
 * together, but the hunk may have moved. A hunk is tried where the ones before it say it has moved to, then ever
 * further from there in both directions; one for the first lines, without context before it, can only be at the
 * beginning of the file, and one without context behind it only at the end.
 */
final class PatchedFile {
    private final String patch;
    private final String path;
    private final List<String> lines;
    private int shift;
    private int frozen;

    private PatchedFile(String patch, String path, String text) {
        this.patch = patch;
        this.path = path;
        this.lines = new ArrayList<>(linesOf(text));
    }

    /**
     * The text after all hunks.
     *
     * @param patch what to call the patch
     * @throws BadInput when a hunk does not apply
     */
    static String apply(String patch, String path, String text, List<Hunk> hunks) {
        PatchedFile file = new PatchedFile(patch, path, text);
        for (int i = 0; i < hunks.size(); i++) {
            file.apply(hunks.get(i), i + 1);
        }
        return String.join("", file.lines);
    }

    private static List<String> linesOf(String text) {
        List<String> lines = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline + 1;
            lines.add(text.substring(start, end));
            start = end;
        }
        return lines;
    }

    private void apply(Hunk hunk, int number) {
        List<Hunk.Line> before = hunk.before();
        int guess = (before.isEmpty() ? hunk.oldStart() : hunk.oldStart() - 1) + shift;
        int place = find(hunk, before, guess);
        if (place < 0) {
            throw doesNotApply(hunk, number, before, Math.max(guess, 0));
        }
        shift += place - guess;
        List<String> replaced = lines.subList(place, place + before.size());
        replaced.clear();
        List<Hunk.Line> after = hunk.after();
        lines.addAll(place, after.stream().map(Hunk.Line::text).toList());
        shift += after.size() - before.size();
        frozen = place + after.size();
    }

    /** Where the hunk belongs, from 0; -1 if nowhere. */
    private int find(Hunk hunk, List<Hunk.Line> before, int guess) {
        int last = lines.size() - before.size();
        if (before.isEmpty()) {
            return guess >= frozen && guess <= lines.size() ? guess : -1;
        }
        boolean atBeginning = hunk.oldStart() <= 1 && hunk.leadingContext() == 0 && hunk.trailingContext() > 0;
        boolean atEnd = hunk.trailingContext() == 0 && hunk.leadingContext() > 0;
        if (atBeginning) {
            return matches(before, 0) ? 0 : -1;
        }
        if (atEnd) {
            return matches(before, last) ? last : -1;
        }
        for (int distance = 0; distance <= lines.size(); distance++) {
            if (matches(before, guess + distance)) {
                return guess + distance;
            }
            if (matches(before, guess - distance)) {
                return guess - distance;
            }
        }
        return -1;
    }

    private boolean matches(List<Hunk.Line> expected, int place) {
        return place >= frozen && mismatch(expected, place) == expected.size();
    }

    /** How many of the expected lines are at {@code place}. */
    private int mismatch(List<Hunk.Line> expected, int place) {
        int count = 0;
        while (count < expected.size()
                && place + count < lines.size()
                && lines.get(place + count).equals(expected.get(count).text())) {
            count++;
        }
        return count;
    }

    private BadInput doesNotApply(Hunk hunk, int number, List<Hunk.Line> before, int guess) {
        int good = mismatch(before, guess);
        StringBuilder message = new StringBuilder();
        message.append("hunk ").append(number).append(" does not apply to ").append(path).append(": ");
        int patchLine = hunk.patchLine();
        if (good < before.size()) {
            Hunk.Line expected = before.get(good);
            patchLine = expected.patchLine();
            int line = guess + good;
            message.append("it expects \"").append(expected.text().strip()).append("\" at line ").append(line + 1);
            message.append(line < lines.size()
                    ? ", which is \"" + lines.get(line).strip() + "\""
                    : ", but the file ends at line " + lines.size());
        } else {
            message.append("its place overlaps the hunk before it, or is not at the end of the file");
        }
        int then = Math.max(hunk.newStart() - 1, 0);
        List<Hunk.Line> after = hunk.after();
        if (!after.equals(before) && mismatch(after, then) == after.size()) {
            message.append(" (it seems to be applied already)");
        }
        return new BadInput(patch + ":" + patchLine + ": " + message);
    }
}
