/**
 * Device drivers: what turns an open file into a bond of a device and an address space, and its close into the bond's
 * end.
 */
@NullMarked
package org.svalinn.kernel.driver;

import org.jspecify.annotations.NullMarked;
