// SPDX-License-Identifier: Apache-2.0
/*
 * Stands for mm/mmap.c and mm/memory.c: VMAs in a plain list, no pages. The order of calls is theirs where it matters
 * to a lifetime: notifiers first, then the VMAs and their files. Svalinn's own text.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/oom.h>
#include <linux/sched/coredump.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

void svalinn_fput(struct file *file);
void svalinn_task_work_run(void);

struct svalinn_mapping {
	struct vm_area_struct vma;
	struct svalinn_mapping *next;
};

/* The root of the maple tree holds the list: nothing else of the tree is used. mmap_lock guards it, as in Linux. */
static struct svalinn_mapping *mappings(struct mm_struct *mm)
{
	return (struct svalinn_mapping *)mm->mm_mt.ma_root;
}

static void set_mappings(struct mm_struct *mm, struct svalinn_mapping *first)
{
	mm->mm_mt.ma_root = first;
}

static struct svalinn_mapping *add_mapping(struct mm_struct *mm, unsigned long start, struct file *file)
{
	struct svalinn_mapping *mapping = kzalloc(sizeof(*mapping), GFP_KERNEL);

	mapping->vma.vm_mm = mm;
	mapping->vma.vm_start = start;
	mapping->vma.vm_end = start + PAGE_SIZE;
	mapping->vma.vm_flags = VM_READ | VM_WRITE;
	mapping->vma.vm_file = file;
	if (file)
		get_file(file);
	mapping->next = mappings(mm);
	set_mappings(mm, mapping);
	mm->map_count++;
	return mapping;
}

static void remove_mapping(struct svalinn_mapping *mapping)
{
	if (mapping->vma.vm_file)
		svalinn_fput(mapping->vma.vm_file);
	kfree(mapping);
}

/* mmap(2) of one page */
void svalinn_mmap(struct mm_struct *mm, unsigned long start, struct file *file)
{
	mmap_write_lock(mm);
	add_mapping(mm, start, file);
	mmap_write_unlock(mm);
}

/* munmap(2), in the order of do_mas_align_munmap(), unmap_region() and tlb_finish_mmu() */
void svalinn_munmap(struct mm_struct *mm)
{
	struct svalinn_mapping *mapping;
	struct mmu_notifier_range range;

	mmap_write_lock(mm);
	mapping = mappings(mm);
	if (!mapping) {
		mmap_write_unlock(mm);
		return;
	}
	set_mappings(mm, mapping->next);
	mm->map_count--;
	mmap_write_downgrade(mm);

	mmu_notifier_range_init(&range, MMU_NOTIFY_UNMAP, 0, &mapping->vma, mm, mapping->vma.vm_start,
				mapping->vma.vm_end);
	mmu_notifier_invalidate_range_start(&range);
	mmu_notifier_invalidate_range_end(&range);
	mmu_notifier_invalidate_range(mm, range.start, range.end);
	remove_mapping(mapping);
	mmap_read_unlock(mm);
}

/* The same two as system calls of current */
void svalinn_sys_mmap(unsigned long start)
{
	svalinn_mmap(current->mm, start, NULL);
}

void svalinn_sys_munmap(void)
{
	svalinn_munmap(current->mm);
	svalinn_task_work_run();
}

struct vm_area_struct *svalinn_find_vma(struct mm_struct *mm, unsigned long address)
{
	struct svalinn_mapping *mapping;

	for (mapping = mappings(mm); mapping; mapping = mapping->next)
		if (address >= mapping->vma.vm_start && address < mapping->vma.vm_end)
			return &mapping->vma;
	return NULL;
}

/* for kernel/fork.c */
int svalinn_dup_mmap(struct mm_struct *mm, struct mm_struct *oldmm)
{
	struct svalinn_mapping *mapping;

	mmap_write_lock(oldmm);
	for (mapping = mappings(oldmm); mapping; mapping = mapping->next)
		add_mapping(mm, mapping->vma.vm_start, mapping->vma.vm_file);
	mmap_write_unlock(oldmm);
	return 0;
}

/* mm/mmap.c */
void exit_mmap(struct mm_struct *mm)
{
	struct svalinn_mapping *mapping, *next;

	mmu_notifier_release(mm);

	mmap_read_lock(mm);
	mmap_read_unlock(mm);
	set_bit(MMF_OOM_SKIP, &mm->flags);
	mmap_write_lock(mm);
	for (mapping = mappings(mm); mapping; mapping = next) {
		next = mapping->next;
		remove_mapping(mapping);
		mm->map_count--;
	}
	set_mappings(mm, NULL);
	BUG_ON(mm->map_count);
	mmap_write_unlock(mm);
}

int mm_take_all_locks(struct mm_struct *mm)
{
	mmap_assert_write_locked(mm);
	return 0;
}

void mm_drop_all_locks(struct mm_struct *mm)
{
	mmap_assert_write_locked(mm);
}

/* mm/memory.c: the page is there; what the device does with it is the machine's affair */
vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags, struct pt_regs *regs)
{
	return 0;
}

/* for mm/oom_kill.c */
bool svalinn_oom_reap(struct mm_struct *mm)
{
	struct svalinn_mapping *mapping;
	bool ret = true;

	set_bit(MMF_UNSTABLE, &mm->flags);
	for (mapping = mappings(mm); mapping; mapping = mapping->next) {
		struct mmu_notifier_range range;

		mmu_notifier_range_init(&range, MMU_NOTIFY_UNMAP, 0, &mapping->vma, mm, mapping->vma.vm_start,
					mapping->vma.vm_end);
		if (mmu_notifier_invalidate_range_start_nonblock(&range)) {
			ret = false;
			continue;
		}
		mmu_notifier_invalidate_range_end(&range);
		mmu_notifier_invalidate_range(mm, range.start, range.end);
	}
	return ret;
}
