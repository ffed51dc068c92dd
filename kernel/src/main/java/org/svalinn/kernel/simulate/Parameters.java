package org.svalinn.kernel.simulate;

import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.pasid.PasidAllocator;

/**
 * What is simulated. Two simulations of equal parameters have equal results.
 *
 * @param seed of all that is drawn
 * @param variant the kernel
 * @param load what its processes do
 * @param hardware what they run on
 */
public record Parameters(long seed, Variant variant, Load load, Hardware hardware) {
    private static final long MICROSECOND = 1_000;
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000_000_000;

    /** 10,000 processes, 1,000 of them at once and 1,000 killed for want of memory, with eight devices. */
    public static final Parameters USUAL = new Parameters(
            1,
            Variant.of(Design.V5_18),
            new Load(10_000, 1_000, 500 * SECOND, 1_000, 4_096, 10, 100, 10, 10, true, false),
            new Hardware(
                    8,
                    PasidAllocator.LAST,
                    new Latency(MILLISECOND, SECOND),
                    new Latency(20 * MICROSECOND, 200 * MICROSECOND),
                    new Latency(MICROSECOND, 10 * MICROSECOND),
                    new Latency(100, MICROSECOND)));

    public Parameters withSeed(long newSeed) {
        return new Parameters(newSeed, variant, load, hardware);
    }

    public Parameters with(Design design) {
        return new Parameters(seed, Variant.of(design), load, hardware);
    }

    public Parameters with(Load newLoad) {
        return new Parameters(seed, variant, newLoad, hardware);
    }

    public Parameters with(Hardware newHardware) {
        return new Parameters(seed, variant, load, newHardware);
    }

    /**
     * What processes do. They come one after another, at random (a Poisson process), whether others have gone or not:
     * so designs are compared under the same load.
     *
     * @param processes how many there are in all
     * @param atOnce how many live at once, on average
     * @param life how long one lives on average, in nanoseconds, until it is killed or exits
     * @param oomKills how many of them the OOM killer picks, evenly spread; each of these is bound
     * @param pages how many pages each has when it begins
     * @param sharedPercent how many of them in a hundred are shared memory, which the reaper may not take
     * @param boundPercent how many processes in a hundred are bound to a device
     * @param mappedPercent how many of those that are bound, in a hundred, have mapped the device's queue
     * @param pageFaults how many page faults the device raises for each process, on average
     * @param reaper whether the OOM killer has a reaper
     * @param exhaust whether, when all these processes have come, others bind, for which devices raise no page faults,
     *     until no PASID is left, and all of those PASIDs are then used again
     */
    public record Load(
            int processes,
            int atOnce,
            long life,
            int oomKills,
            int pages,
            int sharedPercent,
            int boundPercent,
            int mappedPercent,
            int pageFaults,
            boolean reaper,
            boolean exhaust) {
        public Load {
            if (processes < 1 || atOnce < 1 || life < 1 || pages < 1 || pages > CountedPages.MOST
                    || oomKills < 0 || oomKills > processes || pageFaults < 0
                    || !isPercent(sharedPercent) || !isPercent(boundPercent) || !isPercent(mappedPercent)) {
                throw new IllegalArgumentException("a load that cannot be");
            }
        }

        private static boolean isPercent(int number) {
            return number >= 0 && number <= 100;
        }

        /** How many pages of each the reaper may take. */
        int privatePages() {
            return pages - sharedPages();
        }

        int sharedPages() {
            return (int) ((long) pages * sharedPercent / 100);
        }

        public Load withProcesses(int number, int killed) {
            return new Load(number, atOnce, life, killed, pages, sharedPercent, boundPercent, mappedPercent, pageFaults,
                    reaper, exhaust);
        }

        public Load withPages(int number, int shared) {
            return new Load(processes, atOnce, life, oomKills, number, shared, boundPercent, mappedPercent, pageFaults,
                    reaper, exhaust);
        }

        public Load withMapped(int percent) {
            return new Load(processes, atOnce, life, oomKills, pages, sharedPercent, boundPercent, percent, pageFaults,
                    reaper, exhaust);
        }

        public Load withReaper(boolean there) {
            return new Load(
                    processes, atOnce, life, oomKills, pages, sharedPercent, boundPercent, mappedPercent,
                    pageFaults, there, exhaust);
        }

        public Load withExhaustion(boolean wanted) {
            return new Load(
                    processes, atOnce, life, oomKills, pages, sharedPercent, boundPercent, mappedPercent,
                    pageFaults, reaper, wanted);
        }
    }

    /**
     * What they run on.
     *
     * @param devices how many accelerators there are, behind one IOMMU
     * @param maxPasid the greatest PASID that they can use
     * @param stop how long a device takes to stop with one PASID
     * @param pageRequest how long a page request takes to the kernel and its response back, without the handling
     * @param invalidation how long the IOMMU takes for one invalidation; it carries out one at a time
     * @param freePage how long it takes to free a page
     */
    public record Hardware(
            int devices, int maxPasid, Latency stop, Latency pageRequest, Latency invalidation, Latency freePage) {
        public Hardware {
            if (devices < 1 || maxPasid < 1 || maxPasid > PasidAllocator.LAST) {
                throw new IllegalArgumentException("hardware that cannot be");
            }
        }

        public Hardware withStop(Latency latency) {
            return new Hardware(devices, maxPasid, latency, pageRequest, invalidation, freePage);
        }

        public Hardware withLatencies(Latency newStop, Latency newPageRequest, Latency newInvalidation) {
            return new Hardware(devices, maxPasid, newStop, newPageRequest, newInvalidation, freePage);
        }

        public Hardware withMaxPasid(int pasid) {
            return new Hardware(devices, pasid, stop, pageRequest, invalidation, freePage);
        }
    }
}
