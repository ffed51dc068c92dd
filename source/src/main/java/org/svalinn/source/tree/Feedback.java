package org.svalinn.source.tree;

/** Told what takes long and what went less well than it could have. May be called from several threads. */
public interface Feedback {
    /** Hears nothing. */
    Feedback SILENT = new Feedback() {
        @Override
        public void progress(String what, long done, long total) {}

        @Override
        public void warning(String message) {}
    };

    /**
     * Some of a long task is done.
     *
     * @param what the task, such as {@code reading linux-source-6.1.tar.xz}
     * @param done how much is done, in the unit of {@code total}
     * @param total how much there is to do; 0 when that is not known
     */
    void progress(String what, long done, long total);

    /** Something failed that is not needed: the work goes on without it. */
    void warning(String message);
}
