// SPDX-License-Identifier: Apache-2.0
/* Processes and threads, and the order in which kernel/exit.c takes them apart. Svalinn's own text. */
#include "kernel/fork.c"

struct svalinn_files;
struct svalinn_files *svalinn_new_files(void);
struct svalinn_files *svalinn_share_files(struct svalinn_files *files);
struct svalinn_files *svalinn_copy_files(struct svalinn_files *files);

void svalinn_init_mm(void)
{
	mm_cachep = kmem_cache_create("mm_struct", sizeof(struct mm_struct) + cpumask_size(), 64, 0, NULL);
}

struct task_struct *svalinn_new_task(void)
{
	struct task_struct *task = kzalloc(sizeof(*task), GFP_KERNEL);

	task->signal = kzalloc(sizeof(*task->signal), GFP_KERNEL);
	task->cred = &init_cred;
	init_cred.user_ns = &init_user_ns;
	spin_lock_init(&task->alloc_lock);
	refcount_set(&task->usage, 1);
	return task;
}

/* One that never returns to user space */
struct task_struct *svalinn_new_kthread(void)
{
	struct task_struct *task = svalinn_new_task();

	task->flags |= PF_KTHREAD;
	return task;
}

/* A process of its own, as execve(2) leaves one. */
void svalinn_exec(struct task_struct *task)
{
	task->mm = mm_alloc();
	task->active_mm = task->mm;
	task->files = (struct files_struct *)svalinn_new_files();
}

/* clone(2) of current into task: the mm part of copy_process(), then its files */
int svalinn_clone(struct task_struct *task, bool thread)
{
	struct svalinn_files *files = (struct svalinn_files *)current->files;
	int ret = copy_mm(thread ? CLONE_VM : 0, task);

	if (ret)
		return ret;
	task->files = (struct files_struct *)(thread ? svalinn_share_files(files) : svalinn_copy_files(files));
	return 0;
}
