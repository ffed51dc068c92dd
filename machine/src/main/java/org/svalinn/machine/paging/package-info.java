/**
 * Page tables as architectures define them, bit for bit: what walks them, and what builds them.
 *
 * <p>A {@link org.svalinn.machine.paging.Walker} reads one entry at a time, each a step: a table that software changes
 * meanwhile is seen as it is at each moment. It keeps nothing between two walks; an IOMMU that caches upper levels
 * starts it further down, and one that has two stages gives it a {@link org.svalinn.machine.paging.TableMemory} whose
 * addresses the second stage translates.
 *
 * <p>{@link org.svalinn.machine.paging.PageTables} is software: it maps, unmaps and protects in the order in which a
 * kernel does, and frees a table once nothing can walk it any more.
 *
 * <p>There are three formats: {@link org.svalinn.machine.paging.X86Walker x86-64}, which is VT-d's first stage too,
 * {@link org.svalinn.machine.paging.SecondLevelWalker VT-d's second stage}, and
 * {@link org.svalinn.machine.paging.AArch64Walker AArch64} in both stages and all granules. Another one is a
 * {@code Walker} and an {@link org.svalinn.machine.paging.Entries}; what is in this package does not change for it.
 *
 * {@snippet :
 * Ram ram = new Ram(Steps.DIRECT, 64);
 * long format = X86Walker.format(46, X86Walker.NXE);
 * PageTables tables = new PageTables(new X86Entries(format), ram, pages, invalidation);
 * tables.map(0x1000, page, 0x1000, Access.READ | Access.WRITE, X86Walker.USER);
 *
 * Walk walk = new Walk(new PhysicalTables(ram, Use.of(Use.Kind.WALK, "walks"))).as(format);
 * new X86Walker().walk(walk.begin(tables.root(), X86Walker.levels(format), 0x1234, Access.READ, false));
 * long physical = walk.physical();
 * }
 *
 * {@code docs/conformance/paging.md} lists by clause what is modelled and what is not.
 */
@NullMarked
package org.svalinn.machine.paging;

import org.jspecify.annotations.NullMarked;
