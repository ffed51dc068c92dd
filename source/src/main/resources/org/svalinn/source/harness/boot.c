// SPDX-License-Identifier: Apache-2.0
/*
 * What the functions under test expect to find in a running kernel: the data of files that are not loaded, and
 * the caches that start-up makes. Svalinn's own text.
 */
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/radix-tree.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>
#include <linux/wait.h>
#include <linux/xarray.h>

unsigned long jiffies = 1000;
const struct kobj_type iommu_group_kobj_type;
struct user_namespace init_user_ns;
struct cred init_cred;
struct mm_struct init_mm;
struct cpumask __cpu_possible_mask;
unsigned int nr_cpu_ids = NR_CPUS;
DEFINE_PER_CPU_READ_MOSTLY(int, cpu_number);

/* kernel/cred.c: one set of credentials for all */
const struct cred *get_task_cred(struct task_struct *task)
{
	return &init_cred;
}

/* kernel/sched/wait.c */
void __init_waitqueue_head(struct wait_queue_head *head, const char *name, struct lock_class_key *key)
{
	spin_lock_init(&head->lock);
	INIT_LIST_HEAD(&head->head);
}
