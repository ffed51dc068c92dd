/**
 * Where the kernel's source comes from: a folder, a {@code .tar.xz} or {@code .tar.gz} archive, either with patches
 * applied in memory.
 *
 * <p>{@link org.svalinn.source.tree.KernelSource#open} opens what the user names, and
 * {@link org.svalinn.source.tree.PatchedTree#of} puts a patch on it. What the user gave and cannot be used is told by
 * {@link org.svalinn.source.tree.BadInput}, in one line that says what to do.
 *
 * <p>Limits: of an archive only what Svalinn can need is there ({@link org.svalinn.source.tree.SourceTree#keeps}).
 * Links of an archive are followed to files, not to folders. Patches change files by lines: renames, copies, binary
 * files, symbolic links and merges are refused, and no hunk is applied where its context differs. Git trees without
 * files and archives packed otherwise (zstd, bzip2) are not read.
 */
@NullMarked
package org.svalinn.source.tree;

import org.jspecify.annotations.NullMarked;
