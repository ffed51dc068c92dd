package org.svalinn.kernel.mm;

/** The notifiers of one address space: {@code struct mmu_notifier_subscriptions}. */
public final class MmuNotifiers {
    /** {@code mmu_notifier_register()}: takes {@code mm_count}; the caller holds {@code mm_users}. */
    public void register(MmuNotifier notifier) {
        throw new UnsupportedOperationException();
    }

    /** {@code mmu_notifier_unregister()}: calls {@code release()} if nobody has, waits for a grace period, drops the mm. */
    public void unregister(MmuNotifier notifier) {
        throw new UnsupportedOperationException();
    }

    /** {@code mmu_notifier_get()}'s other half, {@code mmu_notifier_put()}: the last one has it freed after a grace period. */
    public void put(MmuNotifier notifier) {
        throw new UnsupportedOperationException();
    }
}
