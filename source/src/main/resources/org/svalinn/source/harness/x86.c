// SPDX-License-Identifier: Apache-2.0
/* What is x86's own. Svalinn's own text. */
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <asm/mmu_context.h>
#include <asm/processor.h>

/* arch/x86/mm/tlb.c */
atomic64_t last_mm_ctx_id = ATOMIC64_INIT(1);

/* kernel/resource.c: nobody else wants what a driver reserves */
struct resource iomem_resource;

struct resource *__request_region(struct resource *parent, resource_size_t start, resource_size_t n, const char *name,
				  int flags)
{
	return parent;
}

/* arch/x86/mm/init_64.c */
pteval_t __supported_pte_mask = ~0;
pteval_t __default_kernel_pte_mask = ~0;

/* arch/x86/mm/fault.c */
DEFINE_SPINLOCK(pgd_lock);

/* arch/x86/kernel/head64.c */
unsigned long phys_base;

/* arch/x86/mm/tlb.c: the CPUs of this machine have no TLB to flush or to be lazy about */
void enter_lazy_tlb(struct mm_struct *mm, struct task_struct *task)
{
}

void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start, unsigned long end, unsigned int stride_shift,
			bool freed_tables)
{
}

void svalinn_boot_arch(void)
{
}

/* arch/x86/mm/pat/set_memory.c: every access of every agent sees every other */
void clflush_cache_range(void *vaddr, unsigned int size)
{
}
