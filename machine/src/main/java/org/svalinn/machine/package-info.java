/**
 * Hardware for whoever needs an IOMMU in a test: memory, page tables, Intel's and Arm's IOMMU, and devices behind them,
 * as actors that do one observable thing at a time.
 *
 * <p>In a real machine nothing is instantaneous. An invalidation is submitted, fetched, acted upon and completed, and
 * until it has completed a freed page is still within reach of a device. Most models complete it at once and so erase
 * the window in which drivers go wrong. Here each of these is a step of its own, which
 * {@linkplain org.svalinn.machine.Steps somebody schedules}: the explorer in every order, or nobody at all in a plain
 * test.
 *
 * <p>Put a machine together, and use it as an ordinary object:
 *
 * {@snippet :
 * Machine machine = new Machine(Steps.DIRECT, 64);
 * VtdDriver kernel = new VtdDriver(machine, VtdConfig.standard());
 * Endpoint nic = machine.function("nic", 0x0310, Capabilities.SVA).enable();
 * Engine engine = nic.engine(new Mover());
 * AddressSpace process = kernel.addressSpace("the process");
 *
 * kernel.bind(nic, 5, process);
 * Job job = engine.perform(Work.write(5, 0x10000, 8, 42)); // The page is not there yet: it is asked for
 *
 * assertThat(job.status()).isEqualTo(Status.SUCCESS);
 * assertThat(process.load(0x10000)).isEqualTo(42);
 * }
 *
 * or in every order that its actors can take, with {@code Steps.of(run)} and
 * {@link org.svalinn.machine.Machine#start start}. {@code docs/machine.md} goes on from here, and the examples of the
 * tests do.
 *
 * <p>Registers, tables in memory, queues and page-table formats are those of the specifications, bit for bit:
 * {@code docs/conformance.md} lists what is modelled, by clause, and what is refused.
 */
@NullMarked
package org.svalinn.machine;

import org.jspecify.annotations.NullMarked;
