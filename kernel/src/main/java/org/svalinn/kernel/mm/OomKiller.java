package org.svalinn.kernel.mm;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.kernel.sync.Core;
import org.svalinn.machine.Steps;

/**
 * The OOM killer and its reaper: {@code mm/oom_kill.c}. The killer picks a victim, whose process is then killed and
 * exits as it can; the reaper meanwhile frees those of its pages that nobody else can see.
 *
 * <p>The kernel's reaper tries ten times, a tenth of a second apart, to get {@code mmap_lock} for reading, and then
 * gives up. No time passes here: it waits for the lock, which is one of the things that its tries can come to. That
 * it gives up is as if it came too late, and is explored as that. For notifiers that would sleep it does not come
 * back: they will not cease to.
 */
public final class OomKiller {
    private static final Site MARK = Site.named("mark_oom_victim");
    private static final Site QUEUE = Site.named("queue_oom_reaper");
    private static final Site IDLE = Site.named("oom_reaper");
    private static final Site REAP = Site.named("oom_reap_task_mm");

    private final Core core;
    private final Reclaim reclaim;
    private final long number;
    private final ArrayDeque<Mm> queue = new ArrayDeque<>(1);
    private final BooleanSupplier hasVictim = () -> !queue.isEmpty();

    OomKiller(Core core, Reclaim reclaim) {
        this.core = core;
        this.reclaim = reclaim;
        number = core.slab().number("oom_reaper_list");
    }

    /**
     * {@code __oom_kill_process()}: kills whoever uses the mm, marks it, and has the reaper take what it can. The
     * caller has made sure that the mm does not go meanwhile, as {@code task_lock()} does.
     *
     * @param sigkill sends SIGKILL to every process that uses it
     */
    public void kill(Mm mm, Runnable sigkill) {
        mm.grab();
        sigkill.run();
        boolean first = mm.markOomVictim(MARK);
        reclaim.check(mm, MARK);
        if (!first) {
            mm.drop();
            return;
        }
        // What was taken for signal->oom_mm is the reaper's now
        core.scheduler().step(Operation.SIGNAL, number, Steps.ALL, QUEUE);
        queue.add(mm);
    }

    /** The life of the reaper: spawn it as a daemon. */
    public void serve() {
        while (true) {
            core.scheduler().await(Operation.WAIT, number, Steps.ALL, hasVictim, IDLE);
            Mm mm = queue.remove();
            reap(mm);
            mm.drop();
        }
    }

    /** {@code oom_reap_task_mm()}: holds {@code mm_count} only. */
    private static void reap(Mm mm) {
        mm.lock().downRead();
        Victim victim = mm.victim();
        if (victim != null && !mm.isOomSkip(REAP)) {
            victim.reaped(mm.mmap().reap(), mm.pages().pages());
            mm.setOomSkip(REAP);
        }
        mm.lock().upRead();
    }
}
