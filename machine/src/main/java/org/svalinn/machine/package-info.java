/**
 * Hardware for whoever needs an IOMMU in a test: memory, page tables, Intel's and Arm's IOMMU, and devices behind them,
 * as actors that do one observable thing at a time.
 *
 * <p>In a real machine nothing is instantaneous. An invalidation is submitted, fetched, acted upon and completed, and
 * until it has completed a freed page is still within reach of a device. Most models complete it at once and so erase
 * the window in which drivers go wrong. Here each of these is a step of its own, which
 * {@linkplain org.svalinn.machine.Steps somebody schedules}: the explorer in every order, or nobody at all in a plain test.
 *
 * <p>Registers, tables in memory, queues and page-table formats are those of the specifications, bit for bit:
 * {@code docs/conformance.md} lists what is modelled, by clause, and what is refused.
 */
@NullMarked
package org.svalinn.machine;

import org.jspecify.annotations.NullMarked;
