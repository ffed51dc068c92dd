package org.svalinn.source.parse;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.svalinn.explore.Site;

/**
 * Where each piece of a preprocessed text comes from. A <em>run</em> is a stretch of the text that comes from one line
 * of one file.
 */
final class SiteMap {
    private final List<String> files;
    private final int[] starts;
    private final int[] runFiles;
    private final int[] lines;

    private SiteMap(List<String> files, int[] starts, int[] runFiles, int[] lines) {
        this.files = List.copyOf(files);
        this.starts = starts;
        this.runFiles = runFiles;
        this.lines = lines;
    }

    /** Where the token at {@code offset} comes from. */
    Site site(int offset) {
        int run = run(offset);
        return run < 0 ? new Site("", 0, "") : new Site(files.get(runFiles[run]), lines[run], "");
    }

    private int run(int offset) {
        int found = Arrays.binarySearch(starts, offset);
        return found >= 0 ? found : -found - 2;
    }

    /** The part of the map for some declarations only. */
    SiteMap of(List<TopLevel> declarations) {
        Builder part = new Builder();
        for (TopLevel declaration : declarations) {
            int end = declaration.start() + declaration.text().length();
            for (int run = Math.max(run(declaration.start()), 0); run < starts.length && starts[run] < end; run++) {
                part.add(Math.max(starts[run], declaration.start()), files.get(runFiles[run]), lines[run]);
            }
        }
        return part.build();
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(files.size());
        for (String file : files) {
            out.writeUTF(file);
        }
        out.writeInt(starts.length);
        for (int run = 0; run < starts.length; run++) {
            out.writeInt(starts[run]);
            out.writeInt(runFiles[run]);
            out.writeInt(lines[run]);
        }
    }

    static SiteMap read(DataInputStream in) throws IOException {
        List<String> files = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            files.add(in.readUTF());
        }
        int runs = in.readInt();
        int[] starts = new int[runs];
        int[] runFiles = new int[runs];
        int[] lines = new int[runs];
        for (int run = 0; run < runs; run++) {
            starts[run] = in.readInt();
            runFiles[run] = in.readInt();
            lines[run] = in.readInt();
        }
        return new SiteMap(files, starts, runFiles, lines);
    }

    /** Makes a map from the first offset to the last. */
    static final class Builder {
        private final Map<String, Integer> fileIndexes = new HashMap<>();
        private final List<String> files = new ArrayList<>();
        private int[] starts = new int[1 << 10];
        private int[] runFiles = new int[1 << 10];
        private int[] lines = new int[1 << 10];
        private int runs;
        private String lastPath = "";
        private int lastFile = -1;

        /** What is at {@code offset} and behind it, up to the next call, comes from there. */
        void add(int offset, String path, int line) {
            boolean sameFile = lastFile >= 0 && path.equals(lastPath);
            if (sameFile && lines[runs - 1] == line) {
                return;
            }
            if (!sameFile) {
                lastPath = path;
                lastFile = fileIndexes.computeIfAbsent(path, p -> {
                    files.add(p);
                    return files.size() - 1;
                });
            }
            if (runs == starts.length) {
                starts = Arrays.copyOf(starts, 2 * runs);
                runFiles = Arrays.copyOf(runFiles, 2 * runs);
                lines = Arrays.copyOf(lines, 2 * runs);
            }
            starts[runs] = offset;
            runFiles[runs] = lastFile;
            lines[runs] = line;
            runs++;
        }

        SiteMap build() {
            return new SiteMap(
                    files, Arrays.copyOf(starts, runs), Arrays.copyOf(runFiles, runs), Arrays.copyOf(lines, runs));
        }
    }
}
