// SPDX-License-Identifier: Apache-2.0
/*
 * A device driver of the uacce and idxd kind: opening its file binds the caller's mm, the file's last close unbinds.
 * And file tables: a few descriptors each, shared by threads and copied by fork. Svalinn's own text.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/iommu.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#define SVALINN_OPEN_MAX 4

struct svalinn_queue {
	struct iommu_sva *handle;
	struct device *dev;
	u32 pasid;
	struct file *file;
	struct work_struct release;
};

struct svalinn_files {
	atomic_t count;
	spinlock_t lock;
	struct file *fd[SVALINN_OPEN_MAX];
};

void __svalinn_start(struct device *dev, u32 pasid, struct mm_struct *mm);
void __svalinn_stop(struct device *dev, u32 pasid);

/* As iommu_sva_unbind_device() demands: no transaction of the device is under way any more */
static void release_queue(struct svalinn_queue *queue)
{
	__svalinn_stop(queue->dev, queue->pasid);
	iommu_sva_unbind_device(queue->handle);
	kfree(queue);
}

static void release_file(struct file *file)
{
	release_queue(file->private_data);
	kfree(file);
}

static void release_file_work(struct work_struct *work)
{
	release_file(container_of(work, struct svalinn_queue, release)->file);
}

/* fput(): the last one releases the file later, when its task returns to user space or, in a kthread, from a worker */
void svalinn_fput(struct file *file)
{
	struct callback_head *head = (struct callback_head *)&file->f_rcuhead;
	struct svalinn_queue *queue = file->private_data;

	if (!atomic_long_dec_and_test(&file->f_count))
		return;
	if (current->flags & PF_KTHREAD) {
		INIT_WORK(&queue->release, release_file_work);
		queue_work(NULL, &queue->release);
		return;
	}
	head->next = current->task_works;
	current->task_works = head;
}

/* task_work_run(), on the way out of a system call */
void svalinn_task_work_run(void)
{
	while (current->task_works) {
		struct callback_head *head = current->task_works;

		current->task_works = head->next;
		release_file(container_of((struct rcu_head *)head, struct file, f_rcuhead));
	}
}

struct svalinn_files *svalinn_new_files(void)
{
	struct svalinn_files *files = kzalloc(sizeof(*files), GFP_KERNEL);

	atomic_set(&files->count, 1);
	spin_lock_init(&files->lock);
	return files;
}

struct svalinn_files *svalinn_share_files(struct svalinn_files *files)
{
	atomic_inc(&files->count);
	return files;
}

struct svalinn_files *svalinn_copy_files(struct svalinn_files *files)
{
	struct svalinn_files *copy = svalinn_new_files();
	int i;

	spin_lock(&files->lock);
	for (i = 0; i < SVALINN_OPEN_MAX; i++) {
		copy->fd[i] = files->fd[i];
		if (copy->fd[i])
			get_file(copy->fd[i]);
	}
	spin_unlock(&files->lock);
	return copy;
}

/* close(2) */
void svalinn_close(int fd)
{
	struct svalinn_files *files = (struct svalinn_files *)current->files;
	struct file *file;

	spin_lock(&files->lock);
	file = files->fd[fd];
	files->fd[fd] = NULL;
	spin_unlock(&files->lock);
	if (file)
		svalinn_fput(file);
	svalinn_task_work_run();
}

void svalinn_put_files(struct svalinn_files *files)
{
	int i;

	if (!atomic_dec_and_test(&files->count))
		return;
	for (i = 0; i < SVALINN_OPEN_MAX; i++)
		if (files->fd[i])
			svalinn_fput(files->fd[i]);
	kfree(files);
}

/* open(2) of the device's file at descriptor fd; an error number when the bind fails */
int svalinn_open(struct device *dev, int fd)
{
	struct svalinn_files *files = (struct svalinn_files *)current->files;
	struct svalinn_queue *queue = kzalloc(sizeof(*queue), GFP_KERNEL);
	struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);
	struct iommu_sva *handle = iommu_sva_bind_device(dev, current->mm, NULL);

	if (IS_ERR(handle)) {
		kfree(queue);
		kfree(file);
		return PTR_ERR(handle);
	}
	queue->handle = handle;
	queue->dev = dev;
	queue->file = file;
	queue->pasid = iommu_sva_get_pasid(handle);
	__svalinn_start(dev, queue->pasid, current->mm);
	atomic_long_set(&file->f_count, 1);
	file->private_data = queue;

	spin_lock(&files->lock);
	files->fd[fd] = file;
	spin_unlock(&files->lock);
	return 0;
}

/* mmap(2) of the device's file: the VMA holds the file */
void svalinn_mmap(struct mm_struct *mm, unsigned long start, struct file *file);

void svalinn_mmap_file(int fd, unsigned long start)
{
	struct svalinn_files *files = (struct svalinn_files *)current->files;

	svalinn_mmap(current->mm, start, files->fd[fd]);
}
