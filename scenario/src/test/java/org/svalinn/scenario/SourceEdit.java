package org.svalinn.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.svalinn.source.tree.SourceTree;

/**
 * Edits of a kernel tree, made as a user makes them: a unified diff. The text comes from the tree at test time, so no
 * line of the kernel is kept here.
 */
final class SourceEdit {
    private static final int CONTEXT = 3;

    private final SourceTree tree;
    private final Map<String, FileEdit> files = new LinkedHashMap<>();

    private record Change(boolean delete, List<String> insertBefore) {}

    /** The edits of one file, by line. */
    private static final class FileEdit {
        final List<String> lines;
        final TreeMap<Integer, Change> changes = new TreeMap<>();

        FileEdit(String text) {
            lines = List.of(text.split("\n", -1));
        }
    }

    SourceEdit(SourceTree tree) {
        this.tree = tree;
    }

    private FileEdit file(String path) {
        return files.computeIfAbsent(path, name -> {
            String text = tree.text(name);
            if (text == null) {
                throw new AssertionError("the tree has no " + name);
            }
            return new FileEdit(text);
        });
    }

    /** Deletes the one line of the function that reads so, white space aside. */
    SourceEdit delete(String path, String function, String line) {
        FileEdit file = file(path);
        file.changes.put(find(file, function, line), new Change(true, List.of()));
        return this;
    }

    /** Inserts a line before the one line of the function that reads so. */
    SourceEdit insertBefore(String path, String function, String line, String inserted) {
        FileEdit file = file(path);
        file.changes.put(find(file, function, line), new Change(false, List.of(inserted)));
        return this;
    }

    /** Inserts a line after the one line of the function that reads so. */
    SourceEdit insertAfter(String path, String function, String line, String inserted) {
        FileEdit file = file(path);
        file.changes.put(find(file, function, line) + 1, new Change(false, List.of(inserted)));
        return this;
    }

    private static int find(FileEdit file, String function, String line) {
        int found = -1;
        for (int i = startOf(file, function); !file.lines.get(i).equals("}"); i++) {
            if (file.lines.get(i).strip().equals(line)) {
                if (found >= 0) {
                    throw new AssertionError("'" + line + "' stands twice in " + function);
                }
                found = i;
            }
        }
        if (found < 0) {
            throw new AssertionError("no '" + line + "' in " + function);
        }
        return found;
    }

    private static int startOf(FileEdit file, String function) {
        for (int i = 0; i < file.lines.size(); i++) {
            if (file.lines.get(i).contains(function + "(")) {
                int end = i;
                while (end < file.lines.size() && !file.lines.get(end).endsWith(")") && !file.lines.get(end).contains(";")) {
                    end++;
                }
                if (end + 1 < file.lines.size() && file.lines.get(end + 1).equals("{")) {
                    return i;
                }
            }
        }
        throw new AssertionError("no function " + function);
    }

    /** The edits as a unified diff. */
    String patch() {
        StringBuilder patch = new StringBuilder();
        files.forEach((path, file) -> {
            patch.append("--- a/").append(path).append("\n+++ b/").append(path).append('\n');
            int shift = 0;
            List<Integer> at = new ArrayList<>(file.changes.keySet());
            for (int first = 0; first < at.size(); ) {
                int last = first;
                while (last + 1 < at.size() && at.get(last + 1) - at.get(last) <= 2 * CONTEXT) {
                    last++;
                }
                int from = Math.max(0, at.get(first) - CONTEXT);
                int to = Math.min(file.lines.size(), at.get(last) + 1 + CONTEXT);
                shift += hunk(patch, file, from, to, shift);
                first = last + 1;
            }
        });
        return patch.toString();
    }

    private static int hunk(StringBuilder patch, FileEdit file, int from, int to, int shift) {
        StringBuilder body = new StringBuilder();
        int deleted = 0;
        int inserted = 0;
        for (int i = from; i < to; i++) {
            Change change = file.changes.get(i);
            if (change != null) {
                for (String line : change.insertBefore()) {
                    body.append('+').append(line).append('\n');
                    inserted++;
                }
            }
            boolean delete = change != null && change.delete();
            body.append(delete ? '-' : ' ').append(file.lines.get(i)).append('\n');
            deleted += delete ? 1 : 0;
        }
        patch.append("@@ -%d,%d +%d,%d @@\n"
                .formatted(from + 1, to - from, from + 1 + shift, to - from - deleted + inserted));
        patch.append(body);
        return inserted - deleted;
    }
}
