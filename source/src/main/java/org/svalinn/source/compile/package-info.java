/**
 * From syntax trees to an executable {@link org.svalinn.source.runtime.Image}: scopes, types, conversions, initialisers,
 * linking. {@link org.svalinn.source.compile.Linker#link} is the way in. CDT's own types and bindings are not used.
 *
 * <p>All of it is lazy. A name becomes a symbol when it is looked up, a struct is laid out when its size matters, a
 * global is placed when its address is needed, a function is compiled at its first call. What cannot be translated fails
 * when it is reached, by name, and not before.
 *
 * <p>Limits: no computed goto, no arrays of variable length, no nested functions, no floating point and no 128-bit
 * arithmetic, no {@code #pragma pack}; inline assembly only as far as it is a barrier, a hint or a move.
 */
@NullMarked
package org.svalinn.source.compile;

import org.jspecify.annotations.NullMarked;
