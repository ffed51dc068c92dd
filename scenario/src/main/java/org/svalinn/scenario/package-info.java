/** TODO. */
@NullMarked
package org.svalinn.scenario;

import org.jspecify.annotations.NullMarked;
