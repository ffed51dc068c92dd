package org.svalinn.machine.pcie;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.Steps;

/**
 * An engine of a function: a queue of work and an actor that does one piece after the other. What becomes of a piece
 * of work is written to its completion record by DMA, and may be told by an interrupt.
 */
public final class Engine {
    private static final Site SUBMIT = Site.named("puts work into the queue");
    private static final Site TAKE = Site.named("takes work from the queue");
    private static final Site FINISH = Site.named("is done with its work");
    private static final Site AWAIT = Site.named("waits until the work is done");
    private static final Site DRAIN = Site.named("waits until no work is left");

    private final Endpoint endpoint;
    private final Device device;
    private final int capacity;
    private final long queueObject;
    private final Dma dma;
    private final ArrayDeque<Job> queue = new ArrayDeque<>(2);
    private final BooleanSupplier mayTake = this::mayTake;
    private @Nullable Job running;
    private int generation;
    private long messageAddress;
    private int messageData;

    private Job @Nullable [] saved;
    private int savedGeneration;

    Engine(Endpoint endpoint, Device device, int capacity, long queueObject) {
        this.endpoint = endpoint;
        this.device = device;
        this.capacity = capacity;
        this.queueObject = queueObject;
        this.dma = new Dma(endpoint);
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** Sets where its interrupts go (MSI, 6.1.4). */
    public Engine message(long address, int data) {
        messageAddress = address;
        messageData = data;
        return this;
    }

    // For drivers

    /**
     * Puts work into the queue: one step.
     *
     * @return the work as it will be done; null if the queue is full, and then nothing has happened
     */
    public @Nullable Job submit(Work work) {
        Context context = endpoint.context(work.pasid());
        endpoint.steps.step(Operation.UPDATE, queueObject, Steps.ALL, SUBMIT);
        if (queue.size() == capacity) {
            return null;
        }
        Job job = new Job(work, context, generation);
        queue.add(job);
        return job;
    }

    /** Waits until the work is done. */
    public void await(Job job) {
        endpoint.steps.await(Operation.WAIT, queueObject, Endpoint.part(job.context.pasid), job::isDone, AWAIT);
    }

    /**
     * Waits until no work of this PASID is in the queue or under way, its page requests included. Work that is there
     * is done first, unless the PASID has been {@linkplain Endpoint#stop(int) stopped}.
     */
    public void drain(int pasid) {
        if (endpoint.does(Misbehaviour.DRAINS_EARLY)) {
            return;
        }
        boolean never = endpoint.does(Misbehaviour.NEVER_DRAINS);
        endpoint.steps.await(
                Operation.WAIT, queueObject, Endpoint.part(pasid), () -> !never && work(pasid) == 0, DRAIN);
    }

    /** Waits until no work at all is left. */
    public void drain() {
        if (endpoint.does(Misbehaviour.DRAINS_EARLY)) {
            return;
        }
        boolean never = endpoint.does(Misbehaviour.NEVER_DRAINS);
        endpoint.steps.await(
                Operation.WAIT, queueObject, Steps.ALL, () -> !never && queue.isEmpty() && running == null, DRAIN);
    }

    // Its own pace

    /** The life of its actor: does one piece of work after the other, for ever. Spawn it as a daemon. */
    public void serve() {
        while (true) {
            execute();
        }
    }

    /** Waits for a piece of work and does it. */
    public void execute() {
        endpoint.steps.await(Operation.WAIT, queueObject, Steps.ALL, mayTake, TAKE);
        executeNext();
    }

    private boolean mayTake() {
        return !queue.isEmpty() && running == null;
    }

    private void executeNext() {
        Job job = queue.remove();
        running = job;
        Work work = job.work();
        dma.begin(job.context, work.privileged(), job.generation);
        if (!endpoint.mayBegin(job.context)) {
            dma.refuse(Status.STOPPED);
        }
        long result = device.execute(work, dma);
        Status status = dma.status();
        if (status != Status.SUCCESS) {
            result = dma.faultAddress();
        }
        if (work.completion() != 0) {
            dma.forgive();
            dma.writeRecord(work.completion(), status.value(), result);
            status = status == Status.SUCCESS ? dma.status() : status;
        }
        if (work.interrupt() && status != Status.RESET && status != Status.REMOVED) {
            endpoint.interrupts.message(messageAddress, messageData);
        }
        endpoint.steps.step(Operation.SIGNAL, queueObject, Endpoint.part(job.context.pasid), FINISH);
        job.finish(status, result);
        running = null;
    }

    /**
     * Does a piece of work at once, on the caller's actor, for an engine without an actor of its own: puts it into the
     * queue and does what is there until it is done.
     *
     * @throws IllegalStateException if the queue is full
     */
    public Job perform(Work work) {
        Job job = submit(work);
        if (job == null) {
            throw new IllegalStateException("the queue of " + endpoint.name() + " is full");
        }
        BooleanSupplier isDoneOrNext = () -> job.isDone() || mayTake();
        while (true) {
            endpoint.steps.await(Operation.WAIT, queueObject, Steps.ALL, isDoneOrNext, TAKE);
            if (job.isDone()) {
                return job;
            }
            executeNext();
        }
    }

    /** Whether there is work in the queue. */
    public boolean hasWork() {
        return !queue.isEmpty();
    }

    // For the function

    Dma dma() {
        return dma;
    }

    long queueObject() {
        return queueObject;
    }

    /** How much work of a PASID it has, queued or running. */
    int work(int pasid) {
        int count = running != null && running.context.pasid == pasid ? 1 : 0;
        for (Job job : queue) {
            if (job.context.pasid == pasid) {
                count++;
            }
        }
        return count;
    }

    /** The function was reset: forgets the work in its queue. */
    void reset(Status why) {
        generation++;
        for (Job job : queue) {
            job.finish(why, 0);
        }
        queue.clear();
    }

    boolean isIdle() {
        return running == null && dma.isIdle();
    }

    void snapshot() {
        savedGeneration = generation;
        saved = queue.toArray(Job[]::new);
    }

    void restore() {
        queue.clear();
        running = null;
        generation = savedGeneration;
        dma.abandon();
        if (saved != null) {
            for (Job job : saved) {
                queue.add(new Job(job.work(), job.context, job.generation));
            }
        }
    }
}
