package org.svalinn.kernel.sync;

import java.util.List;
import org.svalinn.explore.Site;

/** The calls of the reference kernel that led to where a thread is, as people read them. */
public final class CallPath {
    private static final String KERNEL = "org.svalinn.kernel.";
    private static final String SYNC = "org.svalinn.kernel.sync.";

    /** What the name of a constructor begins with. */
    static final String CONSTRUCTOR = "new ";

    private CallPath() {}

    /** Innermost first, such as {@code Mm.put Mm.java:88}; without the primitives' own frames. */
    public static List<Site> here() {
        return StackWalker.getInstance().walk(frames -> frames
                .filter(frame -> frame.getClassName().startsWith(KERNEL))
                .filter(frame -> !frame.getClassName().startsWith(SYNC))
                .filter(frame -> !frame.getMethodName().startsWith("lambda$"))
                .map(frame -> new Site(
                        String.valueOf(frame.getFileName()), Math.max(0, frame.getLineNumber()), name(frame)))
                .toList());
    }

    private static String name(StackWalker.StackFrame frame) {
        String type = frame.getClassName();
        String simple = type.substring(type.lastIndexOf('.') + 1).replace('$', '.');
        return frame.getMethodName().equals("<init>") ? CONSTRUCTOR + simple : simple + "." + frame.getMethodName();
    }
}
