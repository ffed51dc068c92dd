/** Shared virtual addressing: bonds of devices and address spaces, and the handling of page faults that devices raise. */
@NullMarked
package org.svalinn.kernel.sva;

import org.jspecify.annotations.NullMarked;
