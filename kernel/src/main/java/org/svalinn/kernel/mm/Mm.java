package org.svalinn.kernel.mm;

import org.svalinn.explore.Site;
import org.svalinn.kernel.pasid.PasidAllocator;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.KernelObject;

/**
 * An address space: {@code struct mm_struct}. {@code mm_users} counts those who use the address space; all of them together
 * hold one {@code mm_count}, which counts those who use the struct.
 */
public final class Mm extends KernelObject {
    private final String name;
    private int pasid = PasidAllocator.INVALID;

    /** {@code mm_alloc()}: one user. */
    Mm(Core core, String name) {
        super(core, "mm of " + name, Site.named("mm_alloc"));
        this.name = name;
    }

    // mm_users

    /** {@code mmget()}. */
    public void get() {
        throw new UnsupportedOperationException();
    }

    /** {@code mmget_not_zero()}. */
    public boolean getNotZero() {
        throw new UnsupportedOperationException();
    }

    /** {@code mmput()}: the last one tears the address space down. */
    public void put() {
        throw new UnsupportedOperationException();
    }

    /** {@code mmput_async()}: the last one has a worker tear it down. */
    public void putAsync() {
        throw new UnsupportedOperationException();
    }

    // mm_count

    /** {@code mmgrab()}. */
    public void grab() {
        throw new UnsupportedOperationException();
    }

    /** {@code mmdrop()}: the last one frees the struct. */
    public void drop() {
        throw new UnsupportedOperationException();
    }

    // What it has

    public UserPages pages() {
        throw new UnsupportedOperationException();
    }

    public MmuNotifiers notifiers() {
        throw new UnsupportedOperationException();
    }

    /** {@code mm->pasid}; {@link PasidAllocator#INVALID} if it has none. */
    public int pasid() {
        return pasid;
    }

    /** Sets {@code mm->pasid}. */
    public void setPasid(int value) {
        pasid = value;
    }

    /** Whether the OOM killer has picked its process. */
    public boolean isOomVictim() {
        throw new UnsupportedOperationException();
    }

    /** {@code handle_mm_fault()} under {@code mmap_lock}: whether the page is there now. The caller holds {@code mm_users}. */
    public boolean fault(long address, boolean write) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String toString() {
        return "mm of " + name;
    }

    @Override
    public String kind() {
        return "mm_struct";
    }
}
