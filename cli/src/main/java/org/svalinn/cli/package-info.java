/**
 * The command line: what a user types, and what comes back on standard output, standard error and as an exit status.
 *
 * <p>Each command is a small class; it asks a {@link org.svalinn.cli.Workshop} to run scenarios on a kernel and the
 * report module to tell what came of it. Results go to standard output, everything else to standard error.
 *
 * <p>Limits: one search at a time, on one thread; an interrupted search cannot be taken up again.
 */
@NullMarked
package org.svalinn.cli;

import org.jspecify.annotations.NullMarked;
