/**
 * The least software that makes a machine go: address spaces with real page tables, and drivers of the IOMMUs that
 * bind them to PASIDs, invalidate, and answer page requests. It is for whoever tests a device and has no kernel at
 * hand.
 *
 * <p>All of it is done as a kernel does it, in registers, tables and queues, each access a step; an actor that calls
 * it may be interrupted at any of them. What a kernel may get wrong is left to the caller: the order of stopping,
 * draining, unbinding and freeing.
 */
@NullMarked
package org.svalinn.machine.driver;

import org.jspecify.annotations.NullMarked;
