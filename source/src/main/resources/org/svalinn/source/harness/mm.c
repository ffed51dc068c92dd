// SPDX-License-Identifier: Apache-2.0
/*
 * Stands for mm/mmap.c, and for the parts of mm/memory.c that look into a struct page: VMAs in a plain list, of one page
 * each. The page tables below them are real: the kernel's own functions make, change, flush and free them. The order of
 * calls is the kernel's wherever another CPU, a device or its IOMMU could tell. Svalinn's own text.
 *
 * What is left out: the accounting, reverse maps, files' pages, the shared page of zeros (a read fault gets a page of
 * its own), and sharing after fork: pages are copied at once.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/oom.h>
#include <linux/sched/coredump.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <asm/pgalloc.h>
#include <asm/tlb.h>

void svalinn_fput(struct file *file);
void svalinn_task_work_run(void);
void __svalinn_pages_of(struct mm_struct *mm);
void free_pgd_range(struct mmu_gather *tlb, unsigned long addr, unsigned long end, unsigned long floor,
		    unsigned long ceiling);
vm_fault_t svalinn_handle_mm_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags,
				   struct pt_regs *regs);

struct svalinn_mapping {
	struct vm_area_struct vma;
	struct svalinn_mapping *next;
	/* a page has been there: what vma->anon_vma tells in Linux */
	bool touched;
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
	mapping->vma.vm_flags = VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE;
	if (file)
		mapping->vma.vm_flags |= VM_SHARED | VM_MAYSHARE | VM_PFNMAP;
	mapping->vma.vm_page_prot = vm_get_page_prot(mapping->vma.vm_flags);
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

/* The entry of a page of zeros or more, where there is a table for it */
static pmd_t *find_pmd(struct mm_struct *mm, unsigned long address)
{
	pgd_t *pgd = pgd_offset(mm, address);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;

	if (pgd_none_or_clear_bad(pgd))
		return NULL;
	p4d = p4d_offset(pgd, address);
	if (p4d_none_or_clear_bad(p4d))
		return NULL;
	pud = pud_offset(p4d, address);
	if (pud_none_or_clear_bad(pud))
		return NULL;
	pmd = pmd_offset(pud, address);
	return pmd_none_or_clear_bad(pmd) ? NULL : pmd;
}

/* unmap_page_range() of one page: it is freed when the gather is flushed */
static void zap_page(struct mmu_gather *tlb, struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long address = vma->vm_start;
	spinlock_t *lock;
	pmd_t *pmd;
	pte_t *pte;

	tlb_start_vma(tlb, vma);
	pmd = find_pmd(mm, address);
	if (pmd) {
		tlb_change_page_size(tlb, PAGE_SIZE);
		pte = pte_offset_map_lock(mm, pmd, address, &lock);
		if (pte_present(*pte)) {
			pte_t entry = ptep_get_and_clear_full(mm, address, pte, tlb->fullmm);

			tlb_remove_tlb_entry(tlb, pte, address);
			__tlb_remove_page(tlb, pte_page(entry));
		}
		pte_unmap_unlock(pte, lock);
	}
	tlb_end_vma(tlb, vma);
}

/* unmap_vmas() of one VMA */
static void zap_mapping(struct mmu_gather *tlb, struct svalinn_mapping *mapping)
{
	struct vm_area_struct *vma = &mapping->vma;
	struct mmu_notifier_range range;

	mmu_notifier_range_init(&range, MMU_NOTIFY_UNMAP, 0, vma, vma->vm_mm, vma->vm_start, vma->vm_end);
	mmu_notifier_invalidate_range_start(&range);
	if (!(vma->vm_flags & VM_PFNMAP))
		zap_page(tlb, vma);
	mmu_notifier_invalidate_range_end(&range);
}

/* free_pgtables() of one VMA that is in the list no longer: the tables that no other VMA needs */
static void free_tables(struct mmu_gather *tlb, struct vm_area_struct *vma)
{
	unsigned long floor = FIRST_USER_ADDRESS;
	unsigned long ceiling = USER_PGTABLES_CEILING;
	struct svalinn_mapping *other;

	for (other = mappings(vma->vm_mm); other; other = other->next) {
		if (other->vma.vm_start < vma->vm_start)
			floor = max(floor, other->vma.vm_end);
		else if (!ceiling || other->vma.vm_start < ceiling)
			ceiling = other->vma.vm_start;
	}
	free_pgd_range(tlb, vma->vm_start, vma->vm_end, floor, ceiling);
}

/* mmap(2) of one page, which is not there before it is touched */
void svalinn_mmap(struct mm_struct *mm, unsigned long start, struct file *file)
{
	mmap_write_lock(mm);
	add_mapping(mm, start, file);
	mmap_write_unlock(mm);
}

/* munmap(2), in the order of do_mas_align_munmap() and unmap_region() */
void svalinn_munmap(struct mm_struct *mm)
{
	struct svalinn_mapping *mapping;
	struct mmu_gather tlb;

	mmap_write_lock(mm);
	mapping = mappings(mm);
	if (!mapping) {
		mmap_write_unlock(mm);
		return;
	}
	set_mappings(mm, mapping->next);
	mm->map_count--;
	mmap_write_downgrade(mm);

	tlb_gather_mmu(&tlb, mm);
	zap_mapping(&tlb, mapping);
	free_tables(&tlb, &mapping->vma);
	tlb_finish_mmu(&tlb);
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

/* A store of user space to the page that was mapped last, as far as the kernel can tell: the fault, where there is one */
void svalinn_touch(void)
{
	struct mm_struct *mm = current->mm;
	struct svalinn_mapping *mapping;

	mmap_read_lock(mm);
	for (mapping = mappings(mm); mapping && mapping->vma.vm_file; mapping = mapping->next)
		;
	if (mapping)
		handle_mm_fault(&mapping->vma, mapping->vma.vm_start, FAULT_FLAG_USER | FAULT_FLAG_WRITE, NULL);
	mmap_read_unlock(mm);
}

struct vm_area_struct *svalinn_find_vma(struct mm_struct *mm, unsigned long address)
{
	struct svalinn_mapping *mapping;

	for (mapping = mappings(mm); mapping; mapping = mapping->next)
		if (address >= mapping->vma.vm_start && address < mapping->vma.vm_end)
			return &mapping->vma;
	return NULL;
}

/* copy_page_range() of one VMA into the mm of another process */
static void copy_page(struct svalinn_mapping *to, struct svalinn_mapping *from)
{
	struct vm_area_struct *vma = &from->vma;
	struct mmu_notifier_range range;
	pmd_t *pmd;

	mmu_notifier_range_init(&range, MMU_NOTIFY_PROTECTION_PAGE, 0, vma, vma->vm_mm, vma->vm_start, vma->vm_end);
	mmu_notifier_invalidate_range_start(&range);
	pmd = find_pmd(vma->vm_mm, vma->vm_start);
	if (pmd && pte_present(*pte_offset_map(pmd, vma->vm_start)))
		handle_mm_fault(&to->vma, to->vma.vm_start, FAULT_FLAG_WRITE, NULL);
	mmu_notifier_invalidate_range_end(&range);
}

/* for kernel/fork.c; the parent's mappings in their own order */
int svalinn_dup_mmap(struct mm_struct *mm, struct mm_struct *oldmm)
{
	struct svalinn_mapping *mapping;

	mmap_write_lock(oldmm);
	for (mapping = mappings(oldmm); mapping; mapping = mapping->next) {
		struct svalinn_mapping *copy = add_mapping(mm, mapping->vma.vm_start, mapping->vma.vm_file);

		if (mapping->touched)
			copy_page(copy, mapping);
	}
	flush_tlb_mm(oldmm);
	mmap_write_unlock(oldmm);
	return 0;
}

/* mm/mmap.c */
void exit_mmap(struct mm_struct *mm)
{
	struct svalinn_mapping *mapping, *next;
	unsigned long start = ULONG_MAX, end = 0;
	struct mmu_gather tlb;

	mmu_notifier_release(mm);

	mmap_read_lock(mm);
	if (!mappings(mm)) {
		mmap_read_unlock(mm);
		return;
	}
	tlb_gather_mmu_fullmm(&tlb, mm);
	for (mapping = mappings(mm); mapping; mapping = mapping->next) {
		zap_mapping(&tlb, mapping);
		start = min(start, mapping->vma.vm_start);
		end = max(end, mapping->vma.vm_end);
	}
	mmap_read_unlock(mm);

	set_bit(MMF_OOM_SKIP, &mm->flags);
	mmap_write_lock(mm);
	free_pgd_range(&tlb, start, end, FIRST_USER_ADDRESS, USER_PGTABLES_CEILING);
	tlb_finish_mmu(&tlb);
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

/* __handle_mm_fault() and do_anonymous_page() */
vm_fault_t svalinn_handle_mm_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags,
				   struct pt_regs *regs)
{
	struct mm_struct *mm = vma->vm_mm;
	vm_fault_t ret = 0;
	struct page *page;
	spinlock_t *lock;
	pte_t *pte, entry;
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;

	if (vma->vm_flags & VM_PFNMAP)
		return VM_FAULT_SIGBUS;
	address &= PAGE_MASK;
	__svalinn_pages_of(mm);
	p4d = p4d_alloc(mm, pgd_offset(mm, address), address);
	if (!p4d)
		return VM_FAULT_OOM;
	pud = pud_alloc(mm, p4d, address);
	if (!pud)
		return VM_FAULT_OOM;
	pmd = pmd_alloc(mm, pud, address);
	if (!pmd || pte_alloc(mm, pmd))
		return VM_FAULT_OOM;
	if (pte_present(*pte_offset_map(pmd, address)))
		return 0;

	page = alloc_page(GFP_HIGHUSER_MOVABLE | __GFP_ZERO);
	if (!page)
		return VM_FAULT_OOM;
	entry = pte_sw_mkyoung(mk_pte(page, vma->vm_page_prot));
	if (vma->vm_flags & VM_WRITE)
		entry = pte_mkwrite(pte_mkdirty(entry));

	pte = pte_offset_map_lock(mm, pmd, address, &lock);
	if (pte_none(*pte))
		ret = check_stable_address_space(mm);
	if (ret || !pte_none(*pte)) {
		__free_page(page);
	} else {
		container_of(vma, struct svalinn_mapping, vma)->touched = true;
		set_pte_at(mm, address, pte, entry);
		update_mmu_cache(vma, address, pte);
	}
	pte_unmap_unlock(pte, lock);
	return ret;
}

/* Takes one page away, unless a notifier would have to wait. */
static bool reap_mapping(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct mmu_notifier_range range;
	struct mmu_gather gather;
	bool may_go;

	mmu_notifier_range_init(&range, MMU_NOTIFY_UNMAP, 0, vma, mm, vma->vm_start, vma->vm_end);
	tlb_gather_mmu(&gather, mm);
	may_go = !mmu_notifier_invalidate_range_start_nonblock(&range);
	if (may_go) {
		zap_page(&gather, vma);
		mmu_notifier_invalidate_range_end(&range);
	}
	tlb_finish_mmu(&gather);
	return may_go;
}

/* for mm/oom_kill.c */
bool svalinn_oom_reap(struct mm_struct *mm)
{
	struct svalinn_mapping *mapping;
	bool all = true;

	set_bit(MMF_UNSTABLE, &mm->flags);
	for (mapping = mappings(mm); mapping; mapping = mapping->next)
		if (!(mapping->vma.vm_flags & VM_PFNMAP) && !reap_mapping(mm, &mapping->vma))
			all = false;
	return all;
}
