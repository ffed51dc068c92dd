/**
 * The types of C, and where the members of structs lie: LP64, little endian, {@code char} unsigned, as on arm64.
 *
 * <p>A struct of the kernel must have the layout a compiler gives it, or {@code container_of}, unions and what hardware
 * reads would not work; a test has gcc compare the layouts of the kernel's own headers.
 *
 * <p>Limits: floating types have a size and no arithmetic, {@code __int128} values cannot be computed with, arrays of
 * variable length are unknown, and {@code #pragma pack} is not heard of.
 */
@NullMarked
package org.svalinn.source.type;

import org.jspecify.annotations.NullMarked;
