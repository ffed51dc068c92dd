/** Tasks: what processes and threads do, the system calls through which they do it, and how they go. */
@NullMarked
package org.svalinn.kernel.task;

import org.jspecify.annotations.NullMarked;
