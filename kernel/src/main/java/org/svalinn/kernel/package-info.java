/** The reference kernel, put together: a machine, its devices and their drivers, and processes. */
@NullMarked
package org.svalinn.kernel;

import org.jspecify.annotations.NullMarked;
