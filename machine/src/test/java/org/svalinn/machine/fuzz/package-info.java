/** What fuzz tests of hardware share. */
@NullMarked
package org.svalinn.machine.fuzz;

import org.jspecify.annotations.NullMarked;
