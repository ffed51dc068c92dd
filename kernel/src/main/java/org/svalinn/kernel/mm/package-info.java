/**
 * Address spaces: who uses them, what they map, who is told of changes, and how they go, by exit or by the OOM killer.
 *
 * <p>A {@link org.svalinn.kernel.mm.Mm} has two counts. {@code mm_users} keeps the <em>address space</em>: the areas
 * ({@link org.svalinn.kernel.mm.Mmap}), their pages and page tables ({@link org.svalinn.kernel.mm.UserPages}).
 * {@code mm_count} keeps the <em>struct</em>: its lock, its first table, its PASID if the design says so, and the
 * list of {@linkplain org.svalinn.kernel.mm.MmuNotifiers notifiers}. The last {@code mmput()} calls {@code release()}
 * of each notifier, frees pages and tables, closes files, and drops the one {@code mm_count} that all users had
 * together.
 *
 * <p>Pages are freed when nobody remembers where they were: entries are cleared, notifiers' {@code invalidateRange()}
 * is called, in an SRCU read-side section, and only then do pages and tables go back to the machine. There, whoever
 * uses them is found out: {@code dma-after-free}, {@code walk-after-free}, and {@code isolation} where copy-on-write
 * has made a page another's.
 *
 * <p>The {@linkplain org.svalinn.kernel.mm.OomKiller OOM killer}'s reaper frees pages of a victim with no more than
 * {@code mm_count} and {@code mmap_lock}; page tables wait for the exit. {@link org.svalinn.kernel.mm.Reclaim} sees
 * when that exit waits for a device, and {@link org.svalinn.kernel.mm.Victim} says what was freed by whom, and when.
 *
 * <p>What is not modelled: pages of files and swap (a mapping of a file is a device's registers, and has none), huge
 * pages, the processor's own TLB, the merging of areas, {@code mmap_lock} lent to readers by {@code munmap()}, page
 * faults that fail for want of memory, interval notifiers, and shared memory that is touched for the first time after
 * a fork, of which each gets its own.
 */
@NullMarked
package org.svalinn.kernel.mm;

import org.jspecify.annotations.NullMarked;
