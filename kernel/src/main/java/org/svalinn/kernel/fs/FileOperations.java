package org.svalinn.kernel.fs;

/** What a driver does with its device's file: {@code struct file_operations}. */
public interface FileOperations {
    /**
     * {@code mmap()} of the file: sets up a mapping, or refuses with a negative error number. The VMA holds the file.
     */
    default int mmap(File file) {
        return 0;
    }

    /** {@code release()}: the last reference of the file is gone. */
    void release(File file);
}
