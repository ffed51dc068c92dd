/** TODO. */
@NullMarked
package org.svalinn.source;

import org.jspecify.annotations.NullMarked;
