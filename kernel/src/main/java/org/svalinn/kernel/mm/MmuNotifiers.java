package org.svalinn.kernel.mm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.Holders;
import org.svalinn.kernel.sync.Rcu;

/**
 * The notifiers of one address space: {@code struct mmu_notifier_subscriptions}, {@code mm/mmu_notifier.c}.
 *
 * <p>Its spin lock guards a few words each time, so what happens under it is one step on the list. A walk reads the
 * list once, in its SRCU read-side section, and calls those that were on it then: any of them may have been taken off
 * when its turn comes, as in the kernel, and whoever took it off may not free it before a grace period is over.
 */
public final class MmuNotifiers {
    private static final Site REGISTER = Site.named("mmu_notifier_register");
    private static final Site GET = Site.named("mmu_notifier_get");
    private static final Site UNREGISTER = Site.named("mmu_notifier_unregister");
    private static final Site PUT = Site.named("mmu_notifier_put");
    private static final Site RELEASE = Site.named("mmu_notifier_release");
    private static final Site INVALIDATE = Site.named("mmu_notifier_invalidate_range");
    private static final Site INVALIDATE_START = Site.named("mmu_notifier_invalidate_range_start_nonblock");
    private static final Site WALK = Site.named("calls a notifier");

    private final Core core;
    private final Mm mm;
    private final Rcu srcu;
    /** Never changed but replaced, so that a walk keeps what it has read. */
    private List<MmuNotifier> list = List.of();

    /** {@code mm_has_notifiers()}: once true, so for ever. Set with {@code mmap_lock} and {@code mm_users} held. */
    private boolean exists;

    MmuNotifiers(Core core, Mm mm, Rcu srcu) {
        this.core = core;
        this.mm = mm;
        this.srcu = srcu;
    }

    /** {@code mmu_notifier_register()}: takes {@code mm_count}; the caller holds {@code mm_users}. */
    public void register(MmuNotifier notifier) {
        mm.lock().downWrite();
        registerLocked(notifier, REGISTER);
        mm.lock().upWrite();
    }

    /** {@code mmu_notifier_get()}: the notifier of this class, made and registered if there is none. */
    public <N extends MmuNotifier> N get(Class<N> operations, Supplier<N> allocate) {
        mm.lock().downWrite();
        mm.write(Mm.NOTIFIERS, GET);
        for (MmuNotifier notifier : list) {
            if (operations.isInstance(notifier)) {
                notifier.users++;
                core.holders().taken(Holders.Kind.NOTIFIER_USERS, notifier, notifier.users, GET);
                mm.lock().upWrite();
                return operations.cast(notifier);
            }
        }
        N notifier = allocate.get();
        registerLocked(notifier, GET);
        mm.lock().upWrite();
        return notifier;
    }

    private void registerLocked(MmuNotifier notifier, Site site) {
        mm.checkUsers(site);
        if (core.variant().does(Omission.NOTIFIER_MMGRAB)) {
            mm.grab();
        }
        mm.write(Mm.NOTIFIERS, site);
        notifier.use(site);
        exists = true;
        notifier.mm = mm;
        notifier.users = 1;
        notifier.isHashed = true;
        core.holders().taken(Holders.Kind.NOTIFIER_USERS, notifier, 1, site);
        if (list.isEmpty()) {
            list = List.of(notifier);
        } else {
            List<MmuNotifier> longer = new ArrayList<>(list);
            longer.addFirst(notifier);
            list = List.copyOf(longer);
        }
    }

    /**
     * {@code mmu_notifier_unregister()}: calls {@code release()} if nobody has, waits for a grace period, drops the
     * mm. What frees at once does not wait.
     */
    public void unregister(MmuNotifier notifier) {
        core.atomicity().mightSleep(UNREGISTER);
        mm.read(Mm.NOTIFIERS, UNREGISTER);
        notifier.use(UNREGISTER);
        if (notifier.isHashed) {
            srcu.readLock();
            notifier.release(mm);
            srcu.readUnlock();
            mm.write(Mm.NOTIFIERS, UNREGISTER);
            remove(notifier);
        }
        if (core.variant().does(Omission.GRACE_PERIOD)) {
            srcu.synchronize();
        }
        core.holders().givenBack(Holders.Kind.NOTIFIER_USERS, notifier, UNREGISTER);
        dropMm();
    }

    /**
     * {@code mmu_notifier_put()}: the last one has it freed after a grace period, and the mm dropped. Does not sleep.
     */
    public void put(MmuNotifier notifier) {
        mm.write(Mm.NOTIFIERS, PUT);
        notifier.use(PUT);
        if (notifier.users <= 0) {
            core.scheduler().report(new Violation(
                    "refcount",
                    "the users of " + notifier + " fall below zero",
                    List.of(core.scheduler().end("by", PUT))));
            return;
        }
        core.holders().givenBack(Holders.Kind.NOTIFIER_USERS, notifier, PUT);
        if (--notifier.users > 0) {
            return;
        }
        remove(notifier);
        if (core.variant().does(Omission.GRACE_PERIOD)) {
            srcu.call(() -> free(notifier));
        } else {
            free(notifier);
        }
    }

    private void remove(MmuNotifier notifier) {
        notifier.isHashed = false;
        list = list.stream().filter(each -> each != notifier).toList();
    }

    /** {@code mmu_notifier_free_rcu()}. */
    private void free(MmuNotifier notifier) {
        notifier.freeNotifier();
        dropMm();
    }

    private void dropMm() {
        if (core.variant().does(Omission.NOTIFIER_MMGRAB)) {
            mm.drop();
        }
    }

    // What happens to the address space

    /** {@code mmu_notifier_release()}: calls each and takes all off the list, so that none is called twice. */
    void releaseAll() {
        if (!exists) {
            return;
        }
        srcu.readLock();
        List<MmuNotifier> found = walk(RELEASE);
        for (MmuNotifier notifier : found) {
            notifier.use(WALK);
            notifier.release(mm);
        }
        if (!found.isEmpty()) {
            mm.write(Mm.NOTIFIERS, RELEASE);
            for (MmuNotifier notifier : list) {
                notifier.isHashed = false;
            }
            list = List.of();
        }
        srcu.readUnlock();
        if (!found.isEmpty()) {
            // A release() that unregister called may still be under way. Linux waits also where there was none to call:
            // whoever put the last one leaves nobody behind whom exit_mmap() has to outlast
            srcu.synchronize();
        }
    }

    /** {@code mmu_notifier_invalidate_range()}: entries have been cleared; when it returns pages may be freed. */
    void invalidateRange(long start, long end) {
        if (!exists) {
            return;
        }
        srcu.readLock();
        for (MmuNotifier notifier : walk(INVALIDATE)) {
            notifier.use(WALK);
            core.atomicity().enter("in invalidate_range()");
            notifier.invalidateRange(mm, start, end);
            core.atomicity().leave();
        }
        srcu.readUnlock();
    }

    /**
     * {@code mmu_notifier_invalidate_range_start_nonblock()}: whether nobody has to sleep ({@code EAGAIN}). Nobody
     * here has something to do at the start of a range, so for those who can wait there is no such call.
     */
    boolean invalidateRangeStartNonblock() {
        if (!exists) {
            return true;
        }
        srcu.readLock();
        boolean good = true;
        for (MmuNotifier notifier : walk(INVALIDATE_START)) {
            notifier.use(WALK);
            good &= !notifier.isBlockable();
        }
        srcu.readUnlock();
        return good;
    }

    private List<MmuNotifier> walk(Site site) {
        core.scheduler().step(Operation.READ, mm.number(), Mm.NOTIFIERS, site);
        mm.use(site);
        return list;
    }

    /** Whether none is on the list: no step. */
    boolean isEmpty() {
        return list.isEmpty();
    }
}
