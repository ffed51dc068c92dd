package org.svalinn.source.parse;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.svalinn.source.preprocess.Preprocessor;
import org.svalinn.source.tree.SourceTree;

/**
 * What a preprocessed unit depends on: the files that were read, as they were, and the paths where a file was looked
 * for in vain. A file that appears at one of those changes the unit as much as one that is edited.
 *
 * @param read path to stamp
 */
record Footprint(SortedMap<String, String> read, List<String> absent) {
    static Footprint of(Preprocessor preprocessor, SourceTree tree) {
        SortedMap<String, String> read = new TreeMap<>();
        for (String path : preprocessor.read()) {
            String stamp = tree.stamp(path);
            if (stamp != null) {
                read.put(path, stamp);
            }
        }
        return new Footprint(read, List.copyOf(preprocessor.absent()));
    }

    /** Whether a unit made now would read the same. */
    boolean holds(SourceTree tree) {
        for (Map.Entry<String, String> file : read.entrySet()) {
            if (!file.getValue().equals(tree.stamp(file.getKey()))) {
                return false;
            }
        }
        return absent.stream().allMatch(path -> tree.stamp(path) == null);
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(read.size());
        for (Map.Entry<String, String> file : read.entrySet()) {
            out.writeUTF(file.getKey());
            out.writeUTF(file.getValue());
        }
        out.writeInt(absent.size());
        for (String path : absent) {
            out.writeUTF(path);
        }
    }

    static Footprint read(DataInputStream in) throws IOException {
        SortedMap<String, String> read = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            read.put(in.readUTF(), in.readUTF());
        }
        List<String> absent = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            absent.add(in.readUTF());
        }
        return new Footprint(read, absent);
    }
}
