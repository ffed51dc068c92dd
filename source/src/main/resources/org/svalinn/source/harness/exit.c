// SPDX-License-Identifier: Apache-2.0
/* The parts of do_exit() that end a lifetime, in its order: the mm, then the files, then what
 * they left to exit_task_work(). Svalinn's own text. */
#include "kernel/exit.c"

struct svalinn_files;
void svalinn_put_files(struct svalinn_files *files);
void svalinn_task_work_run(void);

void svalinn_exit(void)
{
	struct svalinn_files *files = (struct svalinn_files *)current->files;
	struct mm_struct *lazy;

	exit_mm();

	current->files = NULL;
	if (files)
		svalinn_put_files(files);
	svalinn_task_work_run();

	/* finish_task_switch() of whatever runs next on this CPU */
	lazy = current->active_mm;
	current->active_mm = NULL;
	if (lazy)
		mmdrop(lazy);
}
