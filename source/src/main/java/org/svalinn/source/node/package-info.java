/**
 * The executable form of a C function: a tree of typed {@link org.svalinn.source.node.Expression}s and
 * {@link org.svalinn.source.node.Statement}s that evaluate themselves, in the way of Truffle. Locals whose address
 * nobody takes are registers of the frame; everything else is memory at real addresses.
 *
 * <p>Where it pays there is a node for the common shape: arithmetic with a constant, a load of a field behind a pointer
 * that is in a register. No node keeps anything between two evaluations except what stays true: trees are shared by all
 * actors, and an actor may be suspended in the middle of any of them.
 */
@NullMarked
package org.svalinn.source.node;

import org.jspecify.annotations.NullMarked;
