/** Files, as far as drivers are reached through them. */
@NullMarked
package org.svalinn.kernel.fs;

import org.jspecify.annotations.NullMarked;
