package org.svalinn.cli;

/** How results are printed. */
enum Format {
    text,
    json
}
