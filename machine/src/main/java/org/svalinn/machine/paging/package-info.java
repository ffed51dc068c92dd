/**
 * Page tables as architectures define them, bit for bit: what walks them, and what builds them.
 *
 * <p>A {@link org.svalinn.machine.paging.Walker} reads one entry at a time, each a step: a table that software changes
 * meanwhile is seen as it is at each moment. It keeps nothing between two walks; an IOMMU that caches upper levels
 * starts it further down.
 */
@NullMarked
package org.svalinn.machine.paging;

import org.jspecify.annotations.NullMarked;
