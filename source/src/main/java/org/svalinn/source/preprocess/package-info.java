/**
 * The C preprocessor: from a file of the tree to the tokens that the parser reads, each with the line it comes from.
 *
 * <p>It does what the kernel needs of GCC's. It does not know {@code #line} and {@code __VA_OPT__}, and of
 * {@code #pragma pack}, which changes layouts, only {@code pack(1)}: any other stops it.
 */
@NullMarked
package org.svalinn.source.preprocess;

import org.jspecify.annotations.NullMarked;
