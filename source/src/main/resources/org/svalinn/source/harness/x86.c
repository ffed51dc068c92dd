// SPDX-License-Identifier: Apache-2.0
/* What is x86's own. Svalinn's own text. */
#include <linux/irq.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/topology.h>
#include <asm/irq_remapping.h>
#include <asm/mmu_context.h>
#include <asm/processor.h>

/* arch/x86/mm/tlb.c */
atomic64_t last_mm_ctx_id = ATOMIC64_INIT(1);

/* arch/x86/kernel/head64.c */
unsigned long phys_base;

/* arch/x86/mm/tlb.c: this machine has no TLB of a CPU to be lazy about */
void enter_lazy_tlb(struct mm_struct *mm, struct task_struct *task)
{
}

void svalinn_boot_arch(void)
{
}
