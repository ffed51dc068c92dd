/** TODO. */
@NullMarked
package org.svalinn.explore;

import org.jspecify.annotations.NullMarked;
