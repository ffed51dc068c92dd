/** TODO. */
@NullMarked
package org.svalinn.report;

import org.jspecify.annotations.NullMarked;
