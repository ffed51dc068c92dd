// SPDX-License-Identifier: Apache-2.0
/* The OOM killer's choice is the scenario's; what follows is mm/oom_kill.c's. Svalinn's own text. */
#include "mm/oom_kill.c"

/* oom_kill_process() for one victim: false when its mm is gone already */
bool svalinn_oom_mark(struct task_struct *victim)
{
	bool marked = false;

	task_lock(victim);
	if (victim->mm) {
		mark_oom_victim(victim);
		marked = true;
	}
	task_unlock(victim);
	return marked;
}

/* the reaper's thread, for one victim: oom_reap_task() with one try instead of ten a tenth of a second apart */
void svalinn_oom_reap_task(struct task_struct *victim)
{
	struct mm_struct *mm = victim->signal->oom_mm;

	oom_reap_task_mm(victim, mm);
	set_bit(MMF_OOM_SKIP, &mm->flags);
}

/* free_signal_struct(), when the victim is reaped by its parent */
void svalinn_oom_forget(struct task_struct *victim)
{
	struct mm_struct *mm = victim->signal->oom_mm;

	victim->signal->oom_mm = NULL;
	if (mm)
		mmdrop(mm);
}
