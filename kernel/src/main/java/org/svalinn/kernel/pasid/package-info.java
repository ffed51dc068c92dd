/** PASIDs: process address space identifiers, and who may have one. */
@NullMarked
package org.svalinn.kernel.pasid;

import org.jspecify.annotations.NullMarked;
