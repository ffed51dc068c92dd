package org.svalinn.source.tree;

import java.util.ArrayList;
import java.util.List;

/** Remembers what it was told. */
final class Heard implements Feedback {
    final List<String> progress = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();

    @Override
    public void progress(String what, long done, long total) {
        progress.add(what + " " + done + "/" + total);
    }

    @Override
    public void warning(String message) {
        warnings.add(message);
    }
}
