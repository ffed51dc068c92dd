/**
 * Address spaces: who uses them, what they map, who is told of changes, and how they go, by exit or by the OOM killer.
 */
@NullMarked
package org.svalinn.kernel.mm;

import org.jspecify.annotations.NullMarked;
