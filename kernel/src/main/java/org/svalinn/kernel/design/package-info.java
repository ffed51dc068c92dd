/**
 * Designs: who keeps which lifetime, as data. A {@link org.svalinn.kernel.design.Design} is a few policies with a name
 * and a source; an {@link org.svalinn.kernel.design.Omission} is a step that is left out. The code that obeys them is
 * in the packages that do the work; here is no code.
 */
@NullMarked
package org.svalinn.kernel.design;

import org.jspecify.annotations.NullMarked;
