package org.svalinn.kernel.fs;

import org.svalinn.explore.Site;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.KernelObject;
import org.svalinn.kernel.sync.Refcount;

/** An open file: {@code struct file}, counted by file tables and by the VMAs that map it. */
public final class File extends KernelObject {
    private static final long COUNT = 1;
    private static final Site ALLOC = Site.named("alloc_file");
    private static final Site GET = Site.named("get_file");
    private static final Site PUT = Site.named("fput");
    private static final Site FREE = Site.named("file_free");

    private final String name;
    private final FileOperations operations;
    private final Refcount count;

    /** A file with one reference. */
    public File(Core core, String name, FileOperations operations) {
        super(core, name, ALLOC);
        this.name = name;
        this.operations = operations;
        count = new Refcount(this, COUNT, null, ALLOC);
    }

    public FileOperations operations() {
        return operations;
    }

    /** {@code get_file()}. */
    public void get() {
        count.inc(GET);
    }

    /**
     * {@code fput()}: the last one has the task release the file on its way back to user space ({@code ____fput()}).
     */
    public void put() {
        if (count.decAndTest(PUT)) {
            core().taskWork().add(this::release);
        }
    }

    private void release() {
        operations.release(this);
        free(FREE);
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public String kind() {
        return "file";
    }
}
