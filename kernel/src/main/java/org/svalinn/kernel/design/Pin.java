package org.svalinn.kernel.design;

/** What a bond holds of the mm, beside what its notifier does. */
public enum Pin {
    /** {@code mm_count}: the {@code mm_struct} stays, the address space may go. */
    MM_COUNT,
    /** {@code mm_users}: the address space stays for as long as the bond: proposed, rejected. */
    MM_USERS
}
