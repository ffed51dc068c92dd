/**
 * PCIe functions that share virtual addresses: with PASIDs, an address translation cache, page requests, and engines
 * that do work for a driver. Clause numbers are those of the PCI Express Base Specification 6.0.
 *
 * <p>A function is three kinds of actor. Its {@linkplain org.svalinn.machine.pcie.Engine engines} each do one piece
 * of work after the other; what a piece of work is, a {@link org.svalinn.machine.pcie.Device} says, which is all that
 * an author of a device writes. The {@linkplain org.svalinn.machine.pcie.Endpoint function itself} takes messages,
 * Invalidate Requests and PRG Responses, in the order in which they come. A driver, an actor of the test's, gives it
 * work and stops it.
 *
 * <p>What takes time takes steps: a request is looked up in the ATC, translated by the IOMMU, made, and done; between
 * any two of these another actor may do anything. {@code docs/conformance/pcie.md} says clause by clause what is
 * modelled.
 */
@NullMarked
package org.svalinn.machine.pcie;

import org.jspecify.annotations.NullMarked;
