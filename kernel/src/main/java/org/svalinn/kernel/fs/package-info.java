/**
 * Files, as far as drivers are reached through them: counted by file tables and VMAs, released by whoever puts the last
 * reference, on its way back to user space. No paths, no inodes, no lookup of descriptors by several threads.
 */
@NullMarked
package org.svalinn.kernel.fs;

import org.jspecify.annotations.NullMarked;
