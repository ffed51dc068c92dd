package org.svalinn.kernel.task;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.kernel.driver.CharDevice;
import org.svalinn.kernel.fs.File;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.KernelObject;
import org.svalinn.kernel.sync.Refcount;
import org.svalinn.kernel.sync.SpinLock;

/**
 * The open files of a process: {@code struct files_struct}, {@code fs/file.c}. Threads share one, and count it; fork
 * copies it. A task finds a file by the device that it has opened, the latest one first.
 *
 * <p>A table that was never shared is its task's alone: then its lock, which nobody else can touch, is not taken.
 */
final class FileTable extends KernelObject {
    private static final long COUNT = 1;
    private static final Site ALLOC = Site.named("dup_fd");
    private static final Site SHARE = Site.named("copy_files");
    private static final Site PUT = Site.named("put_files_struct");
    private static final Site FREE = Site.named("put_files_struct");
    private static final Site USE = Site.named("files_struct");

    private record Descriptor(CharDevice device, File file, boolean closeOnExec) {}

    private final Refcount count;
    /** Made by its only user, before there is another. */
    private @Nullable SpinLock lock;

    private final List<Descriptor> descriptors = new ArrayList<>(2);

    FileTable(Core core) {
        super(core, "files", ALLOC);
        count = new Refcount(this, COUNT, null, ALLOC);
    }

    /** {@code copy_files()} with {@code CLONE_FILES}. */
    void share() {
        if (lock == null) {
            lock = new SpinLock(core(), "file_lock");
        }
        count.inc(SHARE);
    }

    /** {@code dup_fd()}: a table of its own with the same files, each of which it holds. */
    FileTable copy() {
        FileTable copy = new FileTable(core());
        lock();
        for (Descriptor descriptor : descriptors) {
            descriptor.file.get();
            copy.descriptors.add(descriptor);
        }
        unlock();
        return copy;
    }

    /** {@code fd_install()}: the table has the caller's reference from here on. */
    void install(CharDevice device, File file, boolean closeOnExec) {
        lock();
        descriptors.add(new Descriptor(device, file, closeOnExec));
        unlock();
    }

    /**
     * {@code fdget()}: the file, held where another task could close it meanwhile; null: EBADF. End it with {@link
     * #done}.
     */
    @Nullable File get(CharDevice device) {
        lock();
        int index = find(device);
        File file = index < 0 ? null : descriptors.get(index).file;
        if (file != null && lock != null) {
            file.get();
        }
        unlock();
        return file;
    }

    /** {@code fdput()}. */
    void done(File file) {
        if (lock != null) {
            file.put();
        }
    }

    /** {@code close_fd()}: whether there was one. */
    boolean close(CharDevice device) {
        lock();
        int index = find(device);
        File file = index < 0 ? null : descriptors.remove(index).file;
        unlock();
        if (file == null) {
            return false;
        }
        file.put();
        return true;
    }

    /** {@code do_close_on_exec()}. */
    void closeOnExec() {
        lock();
        List<Descriptor> gone = descriptors.stream().filter(Descriptor::closeOnExec).toList();
        descriptors.removeAll(gone);
        unlock();
        gone.forEach(descriptor -> descriptor.file.put());
    }

    /** {@code unshare_files()}: a table of one's own, instead of this one if others have it too. */
    FileTable unshare() {
        if (lock == null) {
            return this;
        }
        FileTable own = copy();
        put();
        return own;
    }

    /** {@code put_files_struct()}: the last one closes all files. */
    void put() {
        if (count.decAndTest(PUT)) {
            descriptors.forEach(descriptor -> descriptor.file.put());
            descriptors.clear();
            free(FREE);
        }
    }

    private int find(CharDevice device) {
        use(USE);
        for (int i = descriptors.size() - 1; i >= 0; i--) {
            if (descriptors.get(i).device == device) {
                return i;
            }
        }
        return -1;
    }

    private void lock() {
        if (lock != null) {
            lock.lock();
        }
    }

    private void unlock() {
        if (lock != null) {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "files_struct";
    }

    @Override
    public String kind() {
        return "files_struct";
    }
}
