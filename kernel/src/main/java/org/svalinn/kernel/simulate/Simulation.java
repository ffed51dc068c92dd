package org.svalinn.kernel.simulate;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.DoubleConsumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGenerator.SplittableGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.svalinn.kernel.driver.CharDevice;
import org.svalinn.kernel.driver.UacceDriver;
import org.svalinn.kernel.mm.MemoryManagement;
import org.svalinn.kernel.mm.Mm;
import org.svalinn.kernel.mm.UserPages;
import org.svalinn.kernel.mm.Vma;
import org.svalinn.kernel.pasid.PasidAllocator;
import org.svalinn.kernel.sva.IommuSva;
import org.svalinn.kernel.sva.PageFaultQueue;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.WorkQueue;
import org.svalinn.kernel.task.Task;

/**
 * The reference kernel in virtual time: processes come, bind a device, live, are killed or exit, and are measured.
 * While it lives a process is a few objects and an entry in the agenda; it has an actor when it begins and when it
 * ends.
 *
 * <p>What is drawn for a process is drawn from a generator of its own, in the order in which processes come, so that
 * all designs have the same processes to deal with.
 */
public final class Simulation {
    private static final String GENERATOR = "L64X128MixRandom";
    private static final String NAME = "process";
    private static final int CROWD_PAGES = 16;
    private static final long CROWD_GAP = 10_000;
    /** How many of the crowd are refused before it goes. */
    private static final int REFUSALS = 1_000;
    private static final long SLICE = 200_000;
    private static final long QUEUE_MAPPING = 2 * CountedPages.SHARED;

    private final Parameters parameters;
    private final Parameters.Load load;
    private final VirtualTime time = new VirtualTime();
    private final Measures measures = new Measures();
    private final Core core;
    private final MemoryManagement memory;
    private final PasidAllocator pasids;
    private final TimedIommu iommu;
    private final List<TimedDevice> devices = new ArrayList<>();
    private final List<CharDevice> nodes = new ArrayList<>();
    private final BitSet usedBefore = new BitSet();
    private final SplittableGenerator processGenerators;
    private final RandomGenerator arrivals;
    // Of the address space that is made next
    private CountedPages.@Nullable Watcher watcher;
    private long freePage;

    private final ArrayList<Life> crowd = new ArrayList<>();
    private final Measures ofCrowd = new Measures();
    private int refusals;
    private boolean isCrowded;

    private Simulation(Parameters parameters) {
        this.parameters = parameters;
        load = parameters.load();
        SplittableGenerator seed = (SplittableGenerator) RandomGeneratorFactory.of(GENERATOR).create(parameters.seed());
        processGenerators = seed.split();
        arrivals = seed.split();
        core = new Core(time, parameters.variant());
        core.slab().forget();
        pasids = new PasidAllocator(core, PasidAllocator.Policy.LOWEST_FIRST, this::mayReuse);
        PageFaultQueue faults = new PageFaultQueue(core);
        iommu = new TimedIommu(time, parameters.hardware().invalidation(), seed.split(), faults, this::userPages);
        WorkQueue work = new WorkQueue(core, "events");
        memory = new MemoryManagement(core, pasids, iommu::userPages, work);
        IommuSva sva = new IommuSva(core, iommu, pasids, faults, memory.reclaim());
        for (int i = 0; i < parameters.hardware().devices(); i++) {
            TimedDevice device = new TimedDevice(time, "device " + i, i, parameters, seed.split());
            devices.add(device);
            iommu.probe(device);
            nodes.add(new CharDevice(device, new UacceDriver(core, sva, memory.reclaim(), device)));
        }
        time.spawnDaemon("rcu", core.rcu()::serve);
        time.spawnDaemon("kworker", work::serve);
        time.spawnDaemon("iopf", faults::serve);
        memory.start();
        iommu.start(time);
    }

    /** Runs it. */
    public static Result run(Parameters parameters) {
        return run(parameters, done -> {});
    }

    /** Runs it, and tells now and then which part of it is done. */
    public static Result run(Parameters parameters, DoubleConsumer progress) {
        return new Simulation(parameters).run(progress);
    }

    private Result run(DoubleConsumer progress) {
        arrive(0);
        // Each process begins and ends; of those who exhaust PASIDs there are two for each
        double all = 2.0 * load.processes() + (load.exhaust() ? 4.0 * parameters.hardware().maxPasid() : 0);
        for (long events = -1; events != time.events();) {
            events = time.events();
            time.runUntil(events + SLICE);
            progress.accept(Math.min(1, (measures.begun + measures.ended + ofCrowd.begun + ofCrowd.ended) / all));
        }
        time.run();
        measures.finish();
        int known = devices.stream().mapToInt(TimedDevice::known).sum();
        return new Result(
                parameters,
                new Result.Kills(
                        measures.killToPrivates.distribution(),
                        measures.killToPages.distribution(),
                        measures.killToTables.distribution()),
                measures.exitToPages.distribution(),
                measures.mmput.distribution(),
                measures.unbind.distribution(),
                new Result.Pasids(
                        measures.pasids.peak(),
                        measures.binds,
                        measures.refusedBinds,
                        measures.recycled,
                        measures.reusedTooEarly,
                        measures.pasids.span(),
                        measures.pasids.most()),
                new Result.Traffic(iommu.invalidations(), iommu.answered(), iommu.refused()),
                new Result.Left(
                        measures.begun + ofCrowd.begun - measures.ended - ofCrowd.ended,
                        measures.begun + ofCrowd.begun - measures.gone - ofCrowd.gone,
                        measures.pages + ofCrowd.pages,
                        pasids.inUse(),
                        known),
                new TreeMap<>(time.violations()),
                time.events(),
                time.now());
    }

    // Processes of the load

    private void arrive(int number) {
        if (number == load.processes()) {
            if (load.exhaust()) {
                devices.forEach(TimedDevice::beQuiet);
                crowd();
            }
            return;
        }
        RandomGenerator random = processGenerators.split();
        time.spawn(NAME, () -> live(number, random));
        time.at(time.now() + exponential(arrivals, load.life() / load.atOnce()), () -> arrive(number + 1));
    }

    private void live(int number, RandomGenerator random) {
        boolean isVictim = kills(number + 1) > kills(number);
        boolean binds = random.nextInt(100) < load.boundPercent() | isVictim;
        boolean maps = random.nextInt(100) < load.mappedPercent();
        CharDevice node = nodes.get(random.nextInt(nodes.size()));
        long lifetime = exponential(random, load.life());
        Life life = begin(
                measures,
                isVictim,
                parameters.hardware().freePage().draw(random),
                load.privatePages(),
                load.sharedPages());
        if (binds && bind(life, node) && maps) {
            life.task().mmap(QUEUE_MAPPING, node);
        }
        time.at(time.now() + lifetime, () -> time.spawn(NAME, () -> end(life)));
    }

    /** How many of the first processes are picked: they are spread evenly. */
    private long kills(int processes) {
        return (long) processes * load.oomKills() / load.processes();
    }

    private void end(Life life) {
        if (life.isVictim) {
            // It is the one that has asked for more memory than there is
            life.isPicked();
            if (load.reaper()) {
                life.task().oomKill(life.task());
            } else {
                life.task().kill(life.task());
            }
        }
        exit(life);
    }

    private Life begin(Measures whose, boolean isVictim, long freeing, int privatePages, int sharedPages) {
        Life life = new Life(time, whose, isVictim, each -> {
            watcher = each;
            freePage = freeing;
            return new Task(core, memory, NAME);
        });
        Mm mm = Objects.requireNonNull(life.task().mm());
        map(mm, CountedPages.PRIVATE, privatePages + 2 * load.pageFaults(), Vma.Flag.WRITE);
        map(mm, CountedPages.SHARED, sharedPages, Vma.Flag.WRITE, Vma.Flag.SHARED);
        ((CountedPages) mm.pages()).populate(privatePages, sharedPages);
        return life;
    }

    private static void map(Mm mm, long address, int pages, Vma.Flag... flags) {
        if (pages > 0) {
            mm.mmap().anonymous(address, pages * CountedPages.PAGE, flags);
        }
    }

    private boolean bind(Life life, CharDevice node) {
        boolean isBound = life.task().open(node) == 0;
        if (isBound) {
            life.isBound();
            measures.binds++;
            int pasid = life.task().pasid();
            measures.recycled += usedBefore.get(pasid) ? 1 : 0;
            usedBefore.set(pasid);
        } else {
            measures.refusedBinds++;
        }
        measures.pasids.set(time.now(), pasids.inUse());
        return isBound;
    }

    private void exit(Life life) {
        life.exit();
        measures.pasids.set(time.now(), pasids.inUse());
    }

    private UserPages userPages(String owner) {
        return new CountedPages(time, freePage, Objects.requireNonNull(watcher));
    }

    /** A PASID is about to be free: for whom is a device still working with it? */
    private void mayReuse(int pasid) {
        for (TimedDevice device : devices) {
            if (device.context(pasid) != null) {
                measures.reusedTooEarly++;
                return;
            }
        }
    }

    private static long exponential(RandomGenerator random, long mean) {
        return Math.round(-StrictMath.log(1 - random.nextDouble()) * mean);
    }

    // A crowd that takes all PASIDs

    private void crowd() {
        time.spawn(NAME, () -> {
            Life life = begin(ofCrowd, false, 1, CROWD_PAGES, 0);
            if (bind(life, nodes.get(ofCrowd.begun % nodes.size()))) {
                crowd.add(life);
            } else {
                exit(life);
                isCrowded = ++refusals == REFUSALS;
            }
        });
        if (isCrowded) {
            for (CharDevice node : nodes) {
                time.spawn("recycler", () -> recycle(node));
            }
        } else {
            time.at(time.now() + CROWD_GAP, this::crowd);
        }
    }

    /** As one of the crowd goes another comes, and gets its PASID. */
    private void recycle(CharDevice node) {
        while (!crowd.isEmpty()) {
            exit(crowd.removeLast());
            Life next = begin(ofCrowd, false, 1, CROWD_PAGES, 0);
            bind(next, node);
            exit(next);
        }
    }
}
