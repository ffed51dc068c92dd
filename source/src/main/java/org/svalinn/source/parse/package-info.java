/**
 * From a kernel file to its syntax tree: configuration and generated headers, preprocessor, parser.
 */
@NullMarked
package org.svalinn.source.parse;

import org.jspecify.annotations.NullMarked;
