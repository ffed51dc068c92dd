/**
 * Where the kernel's source comes from: a directory, a {@code .tar.xz} archive, either with patches applied in memory.
 */
@NullMarked
package org.svalinn.source.tree;

import org.jspecify.annotations.NullMarked;
