/**
 * The Linux kernel's own C, executed as it is: {@link org.svalinn.source.SourceKernel} is a tree that has been read,
 * {@link org.svalinn.source.KernelInstance} a kernel of it that has been started and takes system calls.
 *
 * <p>Below are the stages, each a package: {@code tree}, {@code preprocess}, {@code parse}, {@code type}, {@code compile},
 * {@code node}, {@code runtime}, and the {@code floor} under the C.
 *
 * <p>Limits: the SVA files of Linux 6.1 for arm64 behind an SMMUv3. What a tree needs beyond them stops by name.
 */
@NullMarked
package org.svalinn.source;

import org.jspecify.annotations.NullMarked;
