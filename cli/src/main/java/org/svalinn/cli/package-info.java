/** TODO. */
@NullMarked
package org.svalinn.cli;

import org.jspecify.annotations.NullMarked;
