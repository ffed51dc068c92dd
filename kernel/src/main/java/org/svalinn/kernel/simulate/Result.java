package org.svalinn.kernel.simulate;

import java.util.List;
import java.util.SortedMap;

/**
 * What came of a simulation: a function of its parameters. Times are in nanoseconds of virtual time.
 *
 * @param parameters what was simulated
 * @param kills the victims of the OOM killer
 * @param exitToPages of processes that were bound and not picked: from the beginning of their exit until none of their
 *     pages was left
 * @param mmput how long a process that was bound was in {@code mmput()} when it exited
 * @param unbind how long it took from the beginning of its exit, or from the kill, until its bond was gone
 * @param pasids PASIDs
 * @param traffic what hardware did
 * @param left what was not given back at the end
 * @param violations what the kernel itself found wrong, by check, and how often
 * @param events turns of actors, and timers
 * @param duration virtual time in all
 */
public record Result(
        Parameters parameters,
        Kills kills,
        Distribution exitToPages,
        Distribution mmput,
        Distribution unbind,
        Pasids pasids,
        Traffic traffic,
        Left left,
        SortedMap<String, Long> violations,
        long events,
        long duration) {

    /**
     * Times since the OOM killer picked a victim that was bound.
     *
     * @param toPrivates until no page was left that the reaper may take
     * @param toPages until no page was left
     * @param toTables until no page table was left but the first
     */
    public record Kills(Distribution toPrivates, Distribution toPages, Distribution toTables) {}

    /**
     * What became of PASIDs.
     *
     * @param peak the most that were in use at once
     * @param binds how many bonds there were
     * @param refused how many binds found no PASID: ENOSPC
     * @param recycled how many binds got a PASID that another process had before
     * @param reusedTooEarly how many PASIDs were freed, for others to get, while a device was still working with them
     * @param span how long one of the following is
     * @param inUse the most in use in each span of time
     */
    public record Pasids(
            int peak, long binds, long refused, long recycled, long reusedTooEarly, long span, List<Integer> inUse) {
        public Pasids {
            inUse = List.copyOf(inUse);
        }
    }

    /**
     * What hardware did.
     *
     * @param invalidations that were carried out
     * @param pageRequests that were answered with a page
     * @param refusedPageRequests that were answered without
     */
    public record Traffic(long invalidations, long pageRequests, long refusedPageRequests) {}

    /**
     * What was not given back: nothing, in a kernel that is right.
     *
     * @param processes that have not ended
     * @param addressSpaces that were never freed
     * @param pages of them
     * @param pasids in use
     * @param bonds that devices still know
     */
    public record Left(int processes, int addressSpaces, long pages, int pasids, int bonds) {
        public boolean isNothing() {
            return processes == 0 && addressSpaces == 0 && pages == 0 && pasids == 0 && bonds == 0;
        }
    }
}
