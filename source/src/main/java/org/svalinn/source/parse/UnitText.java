package org.svalinn.source.parse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.svalinn.explore.Site;

/**
 * The text of a preprocessed translation unit, tokens parted by blanks, and where each piece of it comes from.
 *
 * <p>A <em>run</em> is a stretch of the text that comes from one line of one file.
 */
final class UnitText {
    private final String text;
    private final List<String> files;
    private final int[] runStarts;
    private final int[] runFiles;
    private final int[] runLines;

    UnitText(String text, List<String> files, int[] runStarts, int[] runFiles, int[] runLines) {
        this.text = text;
        this.files = List.copyOf(files);
        this.runStarts = runStarts;
        this.runFiles = runFiles;
        this.runLines = runLines;
    }

    String text() {
        return text;
    }

    /** Where the token at {@code offset} comes from. */
    Site site(int offset) {
        int found = Arrays.binarySearch(runStarts, offset);
        int run = found >= 0 ? found : -found - 2;
        return run < 0 ? new Site("", 0, "") : new Site(files.get(runFiles[run]), runLines[run], "");
    }

    /** Collects a text token by token. */
    static final class Builder {
        private final StringBuilder text = new StringBuilder(1 << 20);
        private final Map<String, Integer> fileIndexes = new HashMap<>();
        private final List<String> files = new ArrayList<>();
        private int[] runStarts = new int[1 << 14];
        private int[] runFiles = new int[1 << 14];
        private int[] runLines = new int[1 << 14];
        private int runs;
        private String lastPath = "";
        private int lastFile = -1;
        private int lastLine = -1;

        /** Appends a token; gives its offset. */
        int append(String token, String path, int line) {
            if (!path.equals(lastPath) || lastFile < 0) {
                lastPath = path;
                lastFile = fileIndexes.computeIfAbsent(path, p -> {
                    files.add(p);
                    return files.size() - 1;
                });
                lastLine = -1;
            }
            if (line != lastLine) {
                lastLine = line;
                startRun(line);
            }
            int offset = text.length();
            text.append(token).append(' ');
            return offset;
        }

        private void startRun(int line) {
            if (runs == runStarts.length) {
                runStarts = Arrays.copyOf(runStarts, 2 * runs);
                runFiles = Arrays.copyOf(runFiles, 2 * runs);
                runLines = Arrays.copyOf(runLines, 2 * runs);
            }
            runStarts[runs] = text.length();
            runFiles[runs] = lastFile;
            runLines[runs] = line;
            runs++;
        }

        UnitText build() {
            return new UnitText(
                    text.toString(),
                    files,
                    Arrays.copyOf(runStarts, runs),
                    Arrays.copyOf(runFiles, runs),
                    Arrays.copyOf(runLines, runs));
        }
    }
}
