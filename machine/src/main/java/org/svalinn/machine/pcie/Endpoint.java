package org.svalinn.machine.pcie;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.machine.Hardware;
import org.svalinn.machine.HardwareObjects;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Function;
import org.svalinn.machine.iommu.Interrupts;
import org.svalinn.machine.iommu.InvalidationRequest;
import org.svalinn.machine.iommu.Iommu;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.PageResponse;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.iommu.UnsupportedFeature;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PhysicalMemory;

/**
 * A PCIe function: its ATC, its page requests, its engines, and the actor that takes messages from the IOMMU.
 *
 * <p>What others can see of it are four things, each of which steps announce by a number of its own: its
 * <em>requests</em> (the ATC, what is in flight, what is stopped, enabled or reset), its <em>page requests</em>, its
 * <em>inbox</em>, and what its PASIDs stand for. Parts are PASIDs, so that two PASIDs do not get into each other's
 * way.
 *
 * <p>An Invalidate Request is three steps of this actor: it is taken; its entries are dropped; and, when nothing that
 * uses them is in flight any more, the completion goes out. Messages are taken in the order in which they came, one
 * at a time.
 *
 * <p>A snapshot may be taken while nothing is under way: what an engine is in the middle of cannot be gone back to.
 */
public final class Endpoint implements Function, Hardware {
    /** Work without a PASID, for nobody in particular. */
    static final Context NOBODY = new Context(Transaction.NO_PASID, null);

    private static final Site DELIVER_INVALIDATION = Site.named("delivers an Invalidate Request");
    private static final Site DELIVER_RESPONSE = Site.named("delivers a PRG Response");
    private static final Site TAKE = Site.named("takes a message");
    private static final Site DROP = Site.named("drops what an Invalidate Request covers");
    private static final Site IN_FLIGHT = Site.named("waits for requests with the old translation");
    private static final Site RESPONSE = Site.named("processes a PRG Response");
    private static final Site PROGRAM = Site.named("is told whose a PASID is");
    private static final Site LOOK_UP = Site.named("looks up whose a PASID is");
    private static final Site BEGIN = Site.named("begins work");
    private static final Site STOP = Site.named("is told to stop");
    private static final Site MARKER = Site.named("waits until its Page Requests are sent");
    private static final Site START = Site.named("is told to go on");
    private static final Site CONTROL = Site.named("a write of a control register");
    private static final Site STATUS = Site.named("a read of a status register");
    private static final Site REMOVAL = Site.named("surprise removal");
    private static final Site RESET = Site.named("Function Level Reset");

    private static final Violation.End NOWHERE = new Violation.End("", "", List.of());

    final Steps steps;
    final Iommu iommu;
    final PhysicalMemory memory;
    final Interrupts interrupts;
    final Requests requests;
    final PageRequestInterface pri;
    /** What steps on requests, the ATC and what is stopped announce. */
    final long requestsObject;
    /** What steps on page requests announce. */
    final long pageRequestsObject;
    private final long inboxObject;
    private final long pasidsObject;
    private final HardwareObjects objects;
    private final String name;
    private final int requesterId;
    private final Capabilities capabilities;
    private final Set<Misbehaviour> misbehaviours;

    private final List<Engine> engines = new ArrayList<>(1);
    private final Inbox inbox = new Inbox();
    private final BooleanSupplier hasRoom = this::hasRoom;
    private final BooleanSupplier hasMessage = () -> !inbox().isEmpty();
    private final BooleanSupplier isLanded = this::isLanded;
    private boolean holds;

    private @Nullable InvalidationRequest dropping;

    // Of the PASIDs
    private final List<Context> contexts = new ArrayList<>(1);

    // Of the inbox
    private int inboxGeneration;
    private boolean inboxGone;

    private @Nullable Saved saved;

    /** What a snapshot keeps beside the engines. */
    private record Saved(
            Requests requests,
            PageRequestInterface pri,
            Inbox inbox,
            List<Context> contexts,
            int inboxGeneration,
            boolean inboxGone) {}

    /**
     * A function behind an IOMMU, to which it connects itself. After power-on, nothing is enabled.
     *
     * @param requesterId bus, device and function
     * @param misbehaviours what it does wrong; empty for a function that is as the specification has it
     */
    public Endpoint(
            String name,
            int requesterId,
            Capabilities capabilities,
            Set<Misbehaviour> misbehaviours,
            Steps steps,
            HardwareObjects objects,
            PhysicalMemory memory,
            Iommu iommu,
            Interrupts interrupts) {
        this.name = name;
        this.requesterId = requesterId;
        this.capabilities = capabilities;
        this.misbehaviours =
                misbehaviours.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(misbehaviours));
        this.steps = steps;
        this.objects = objects;
        this.memory = memory;
        this.iommu = iommu;
        this.interrupts = interrupts;
        requests = new Requests(capabilities, does(Misbehaviour.SENDS_AFTER_STOP));
        pri = new PageRequestInterface(capabilities, does(Misbehaviour.SENDS_AFTER_STOP));
        requestsObject = objects.add("ATC of " + name);
        pageRequestsObject = objects.add("page requests of " + name);
        inboxObject = objects.add("inbox of " + name);
        pasidsObject = objects.add("PASIDs of " + name);
        iommu.attach(this);
    }

    /** The part of a function's state that is a PASID's. */
    static long part(int pasid) {
        return 1L << (pasid & 63);
    }

    @Override
    public int requesterId() {
        return requesterId;
    }

    @Override
    public String name() {
        return name;
    }

    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public String toString() {
        return name;
    }

    // Engines

    /** Adds an engine with a queue for as much work as one likes. Not a step: for when the machine is built. */
    public Engine engine(Device device) {
        return engine(device, Integer.MAX_VALUE);
    }

    /** Adds an engine with a queue for {@code capacity} pieces of work. */
    public Engine engine(Device device, int capacity) {
        String engine = engines.isEmpty() ? "queue of " + name : "queue " + engines.size() + " of " + name;
        Engine added = new Engine(this, device, capacity, objects.add(engine));
        engines.add(added);
        return added;
    }

    public List<Engine> engines() {
        return Collections.unmodifiableList(engines);
    }

    // What a driver does

    /**
     * Enables all that there is: PASIDs, then ATS with 4 KiB as Smallest Translation Unit, then PRI with its whole
     * capacity.
     */
    public Endpoint enable() {
        if (capabilities.pasidWidth() > 0) {
            writePasidControl(Requests.PASID_ENABLE | Requests.PASID_EXECUTE | Requests.PASID_PRIVILEGED);
        }
        if (capabilities.ats()) {
            writeAtsControl(Requests.ATS_ENABLE);
        }
        if (capabilities.pri()) {
            writePageRequestAllocation(capabilities.pageRequestCapacity());
            writePageRequestControl(PageRequestInterface.ENABLE);
        }
        return this;
    }

    /**
     * Tells it for which address space it will be given work with a PASID, and lets it {@linkplain #start go on} with
     * the PASID. A device knows nothing of address spaces; the checks do: DMA for this one that reaches another's
     * page is a violation.
     */
    public void program(int pasid, Owner owner) {
        steps.step(Operation.WRITE, pasidsObject, part(pasid), PROGRAM);
        contexts.removeIf(context -> context.pasid == pasid);
        contexts.add(new Context(pasid, owner));
        start(pasid);
    }

    /** What a PASID stands for now: one step. */
    Context context(int pasid) {
        if (pasid == Transaction.NO_PASID) {
            return NOBODY;
        }
        steps.step(Operation.READ, pasidsObject, part(pasid), LOOK_UP);
        for (Context context : contexts) {
            if (context.pasid == pasid) {
                return context;
            }
        }
        return new Context(pasid, null);
    }

    /**
     * Whether work may begin: its PASID is not stopped, and then still stands for the address space for which it was
     * given. Work that was given too late to be drained, and may be found only when the PASID is another's, is not
     * done. From here on, whoever stops the PASID waits for it.
     */
    boolean mayBegin(Context given) {
        if (given == NOBODY || does(Misbehaviour.SENDS_AFTER_STOP)) {
            return true;
        }
        steps.step(Operation.READ, requestsObject, part(given.pasid), BEGIN);
        return !requests.isSilent(given.pasid) && context(given.pasid).owner == given.owner;
    }

    /**
     * Stops a PASID (6.20, 10.4.1.2): from now on no new request with it is sent, and work that needs one fails. What
     * is under way is not waited for: {@link #drain(int)} does. A function with {@linkplain Capabilities#stopMarkers
     * Stop Markers} sends one if it has page requests outstanding, and forgets these.
     */
    public void stop(int pasid) {
        steps.step(Operation.WRITE, requestsObject, part(pasid), STOP);
        requests.stop(pasid);
        if (!capabilities.pri()) {
            return;
        }
        steps.step(Operation.WRITE, pageRequestsObject, Steps.ALL, STOP);
        if (pri.stop(pasid)) {
            if (!does(Misbehaviour.SENDS_STOP_MARKER_EARLY)) {
                steps.await(Operation.WAIT, pageRequestsObject, Steps.ALL, () -> !pri.isSending(pasid), MARKER);
            }
            iommu.pageRequest(PageRequest.stopMarker(requesterId, pasid));
        }
    }

    /** Stops the whole function: no new request is sent. */
    public void stop() {
        steps.step(Operation.WRITE, requestsObject, Steps.ALL, STOP);
        requests.stopAll();
        if (capabilities.pri()) {
            steps.step(Operation.WRITE, pageRequestsObject, Steps.ALL, STOP);
            pri.stopAll();
        }
    }

    /** Waits until no work with this PASID is left, page requests included, see {@link Engine#drain(int)}. */
    public void drain(int pasid) {
        for (Engine engine : engines) {
            engine.drain(pasid);
        }
    }

    /** Waits until no work is left. */
    public void drain() {
        for (Engine engine : engines) {
            engine.drain();
        }
    }

    /** Lets it send requests with a PASID again. */
    public void start(int pasid) {
        steps.step(Operation.WRITE, requestsObject, part(pasid), START);
        requests.start(pasid);
        if (capabilities.pri()) {
            steps.step(Operation.WRITE, pageRequestsObject, Steps.ALL, START);
            pri.start(pasid);
        }
    }

    /** Lets a function that was stopped as a whole send requests again. */
    public void start() {
        steps.step(Operation.WRITE, requestsObject, Steps.ALL, START);
        requests.startAll();
        if (capabilities.pri()) {
            steps.step(Operation.WRITE, pageRequestsObject, Steps.ALL, START);
            pri.startAll();
        }
    }

    /**
     * The function is pulled out (6.7): its requests abort, messages to it vanish, and the IOMMU's time-outs run out.
     */
    public void remove() {
        steps.step(Operation.WRITE, requestsObject, Steps.ALL, REMOVAL);
        requests.remove();
        steps.step(Operation.WRITE, pageRequestsObject, Steps.ALL, REMOVAL);
        pri.remove();
        steps.step(Operation.WRITE, inboxObject, Steps.ALL, REMOVAL);
        inboxGone = true;
        for (Engine engine : engines) {
            steps.step(Operation.WRITE, engine.queueObject(), Steps.ALL, REMOVAL);
            engine.reset(Status.REMOVED);
        }
    }

    /**
     * Function Level Reset (6.6.2): everything is as after power-on. Work ends where it is; completions of what was
     * sent before come back to nobody; Invalidate Requests that had been taken in are never completed, and PRG
     * Responses reach nothing.
     */
    public void reset() {
        steps.step(Operation.WRITE, requestsObject, Steps.ALL, RESET);
        requests.powerOn();
        discardTranslationsUnderWay();
        steps.step(Operation.WRITE, pasidsObject, Steps.ALL, RESET);
        contexts.clear();
        steps.step(Operation.WRITE, pageRequestsObject, Steps.ALL, RESET);
        pri.powerOn();
        steps.step(Operation.WRITE, inboxObject, Steps.ALL, RESET);
        inboxGeneration++;
        for (Engine engine : engines) {
            steps.step(Operation.WRITE, engine.queueObject(), Steps.ALL, RESET);
            engine.reset(Status.RESET);
        }
    }

    // Registers; ConfigurationSpace has them at their offsets

    /** ATS Control (10.5.1.3). */
    public int readAtsControl() {
        steps.step(Operation.READ, requestsObject, Steps.ALL, CONTROL);
        return requests.atsControl();
    }

    /**
     * Setting Enable drops every translation (10.3.7). Smallest Translation Unit keeps its value while Enable is set.
     */
    public void writeAtsControl(int value) {
        steps.step(Operation.WRITE, requestsObject, Steps.ALL, CONTROL);
        if (requests.writeAtsControl(value)) {
            discardTranslationsUnderWay();
        }
    }

    /** PASID Control (7.8.9.3). */
    public int readPasidControl() {
        steps.step(Operation.READ, requestsObject, Steps.ALL, CONTROL);
        return requests.pasidControl();
    }

    /** To change PASID Enable while ATS is enabled is undefined (7.8.9.3), and refused here. */
    public void writePasidControl(int value) {
        steps.step(Operation.WRITE, requestsObject, Steps.ALL, CONTROL);
        requests.writePasidControl(value, name);
    }

    /** Page Request Control (10.5.2.2). */
    public int readPageRequestControl() {
        steps.step(Operation.READ, pageRequestsObject, Steps.ALL, CONTROL);
        return pri.control();
    }

    public void writePageRequestControl(int value) {
        steps.step(Operation.WRITE, pageRequestsObject, Steps.ALL, CONTROL);
        pri.writeControl(value);
    }

    /** Page Request Status (10.5.2.3). */
    public int readPageRequestStatus() {
        steps.step(Operation.READ, pageRequestsObject, Steps.ALL, STATUS);
        return pri.status();
    }

    public void writePageRequestStatus(int value) {
        steps.step(Operation.WRITE, pageRequestsObject, Steps.ALL, CONTROL);
        pri.writeStatus(value);
    }

    /** Outstanding Page Request Allocation (10.5.2.5). */
    public int readPageRequestAllocation() {
        steps.step(Operation.READ, pageRequestsObject, Steps.ALL, CONTROL);
        return pri.allocation();
    }

    public void writePageRequestAllocation(int value) {
        steps.step(Operation.WRITE, pageRequestsObject, Steps.ALL, CONTROL);
        pri.writeAllocation(value);
    }

    /** Whether it is still there: one step. */
    public boolean isPresent() {
        steps.step(Operation.READ, requestsObject, Steps.ALL, STATUS);
        return requests.isPresent();
    }

    /** Transactions Pending, of Device Status (7.5.3.5). */
    public boolean hasTransactionsPending() {
        steps.step(Operation.READ, requestsObject, Steps.ALL, STATUS);
        for (Engine engine : engines) {
            if (engine.dma().isUnderWay()) {
                return true;
            }
        }
        return false;
    }

    // Messages

    @Override
    public void invalidate(InvalidationRequest request) {
        steps.await(Operation.SIGNAL, inboxObject, Steps.ALL, hasRoom, DELIVER_INVALIDATION);
        if (!capabilities.ats()) {
            // An Unsupported Request: no completion will come
            iommu.invalidationTimedOut(this, 1 << request.tag());
            return;
        }
        deliver(request, true);
    }

    @Override
    public void respond(PageResponse response) {
        steps.step(Operation.SIGNAL, inboxObject, Steps.ALL, DELIVER_RESPONSE);
        deliver(response, false);
    }

    private void deliver(Object body, boolean isInvalidation) {
        Violation.End from = isInvalidation ? NOWHERE : steps.end("answered by", DELIVER_RESPONSE);
        inbox.add(new Inbox.Message(body, from, inboxGeneration), isInvalidation);
        if (!steps.isScheduled() && !holds) {
            processMessage();
        }
    }

    private boolean hasRoom() {
        return inbox.invalidations() < capabilities.invalidateQueueDepth();
    }

    /**
     * Without a scheduler a message is processed as soon as it is delivered, unless a test holds it back, to
     * {@linkplain #processMessage process} it later.
     */
    public Endpoint hold(boolean back) {
        holds = back;
        return this;
    }

    /** The life of its actor: takes one message after the other, for ever. Spawn it as a daemon. */
    public void serve() {
        while (true) {
            processMessage();
        }
    }

    public boolean hasMessage() {
        return !inbox.isEmpty();
    }

    private Inbox inbox() {
        return inbox;
    }

    /** Waits for a message and does what it says. */
    public void processMessage() {
        steps.await(Operation.WAIT, inboxObject, Steps.ALL, hasMessage, TAKE);
        boolean isInvalidation = inbox.first().body() instanceof InvalidationRequest;
        Inbox.Message message = inbox.take(isInvalidation);
        boolean isLost = inboxGone || message.generation() != inboxGeneration;
        if (message.body() instanceof InvalidationRequest request) {
            if (isLost) {
                // A time-out is long: what is in flight lands before
                dropping = request;
                steps.await(Operation.WAIT, requestsObject, Steps.ALL, isLanded, IN_FLIGHT);
                dropping = null;
                iommu.invalidationTimedOut(this, 1 << request.tag());
            } else {
                process(request);
            }
        } else if (!isLost && message.body() instanceof PageResponse response) {
            boolean failure = response.code() == PageResponse.Code.RESPONSE_FAILURE;
            boolean acceptsAny = does(Misbehaviour.ACCEPTS_UNEXPECTED_RESPONSE);
            long parts = failure || acceptsAny
                    ? Steps.ALL
                    : PageRequestInterface.part(response.group()) | PageRequestInterface.CREDIT;
            steps.step(Operation.SIGNAL, pageRequestsObject, parts, RESPONSE);
            pri.respond(response, message.from(), name, acceptsAny, steps);
        }
    }

    /** An Invalidate Request (10.3): drop, let what is in flight land, complete. */
    private void process(InvalidationRequest request) {
        int tags = 1 << request.tag();
        if (does(Misbehaviour.IGNORES_INVALIDATION)) {
            iommu.invalidationTimedOut(this, tags);
            return;
        }
        boolean everyPasid = isForEveryPasid(request);
        long parts = everyPasid ? Steps.ALL : part(request.pasid());
        steps.step(Operation.WRITE, requestsObject, parts, DROP);
        if (!does(Misbehaviour.KEEPS_INVALIDATED_TRANSLATION)) {
            requests.atc.invalidate(request, everyPasid);
            for (Engine engine : engines) {
                engine.dma().overtake(request, everyPasid);
            }
        }
        dropping = request;
        if (!isLanded() && !does(Misbehaviour.COMPLETES_INVALIDATION_EARLY)) {
            steps.await(Operation.WAIT, requestsObject, parts, isLanded, IN_FLIGHT);
        }
        dropping = null;
        if (does(Misbehaviour.COMPLETES_INVALIDATION_LATE)) {
            iommu.invalidationTimedOut(this, tags);
        }
        iommu.invalidationCompleted(this, tags);
    }

    private boolean isForEveryPasid(InvalidationRequest request) {
        return request.global() && capabilities.globalInvalidate() && request.pasid() >= 0;
    }

    /** Whether nothing is in flight any more that uses what is being dropped. */
    private boolean isLanded() {
        InvalidationRequest request = dropping;
        for (Engine engine : engines) {
            if (request != null && engine.dma().isInFlight(request, isForEveryPasid(request))) {
                return false;
            }
        }
        return true;
    }

    boolean does(Misbehaviour misbehaviour) {
        return misbehaviours.contains(misbehaviour);
    }

    /** The ATC was invalidated without an Invalidate Request (10.3.7): completions still to come are stale. */
    private void discardTranslationsUnderWay() {
        for (Engine engine : engines) {
            engine.dma().overtakeAll();
        }
    }

    // For checks

    /**
     * What of the function still remembers this PASID, in words (groups before a Stop Marker no longer do, 10.4.1.2):
     * translations, page requests that wait for their response, work, messages. Empty if nothing does. It takes no
     * step.
     */
    public String remembers(int pasid) {
        List<String> what = new ArrayList<>();
        int translations = requests.atc.count(pasid);
        if (translations > 0) {
            what.add(translations + (translations == 1 ? " translation in the ATC" : " translations in the ATC"));
        }
        for (PageRequestInterface.Group group : pri.waiting()) {
            if (group.pasid == pasid && !group.stale) {
                what.add("page request group " + group.index + " without a response");
            }
        }
        for (Engine engine : engines) {
            if (engine.dma().isBusy(pasid)) {
                what.add("a request under way");
            } else if (engine.work(pasid) > 0 && !requests.isSilent(pasid)) {
                what.add("work in its queue");
            }
        }
        for (Inbox.Message message : inbox.messages()) {
            if (message.body() instanceof PageResponse response
                    && response.pasid() == pasid
                    && !pri.isStale(response.group())) {
                what.add("a PRG Response not yet processed");
            } else if (message.body() instanceof InvalidationRequest request && request.pasid() == pasid) {
                what.add("an Invalidate Request not yet processed");
            }
        }
        return what.isEmpty() ? "" : "%s of PASID %d in %s".formatted(String.join(", ", what), pasid, name);
    }

    /** Takes a step on each thing that may remember a PASID, so that what is seen next is seen in every order. */
    public void observe(int pasid, Site site) {
        if (capabilities.ats()) {
            steps.step(Operation.READ, inboxObject, Steps.ALL, site);
        }
        if (capabilities.pri()) {
            steps.step(Operation.READ, pageRequestsObject, Steps.ALL, site);
        }
        steps.step(Operation.READ, requestsObject, part(pasid), site);
        if (requests.isSilent(pasid)) {
            return;
        }
        for (Engine engine : engines) {
            steps.step(Operation.READ, engine.queueObject(), Steps.ALL, site);
        }
    }

    /** When everything is quiet: each page request that was never answered is a violation. */
    public void finish() {
        for (PageRequestInterface.Group group : pri.waiting()) {
            steps.report(new Violation(
                    "lost-response",
                    "page request group %d of PASID %d of %s is never answered"
                            .formatted(group.index, group.pasid, name),
                    List.of(group.askedBy)));
        }
    }

    @Override
    public void snapshot() {
        for (Engine engine : engines) {
            if (!engine.isIdle()) {
                throw new IllegalStateException("no snapshot while an engine of " + name + " is at work");
            }
            engine.snapshot();
        }
        Inbox messages = new Inbox();
        messages.set(inbox);
        saved = new Saved(
                requests.copy(), pri.copy(), messages, List.copyOf(contexts), inboxGeneration, inboxGone);
    }

    @Override
    public void restore() {
        Saved from = saved;
        if (from == null) {
            throw new IllegalStateException("there is no snapshot of " + name);
        }
        for (Engine engine : engines) {
            engine.restore();
        }
        requests.set(from.requests);
        pri.set(from.pri);
        inbox.set(from.inbox);
        contexts.clear();
        contexts.addAll(from.contexts);
        inboxGeneration = from.inboxGeneration;
        inboxGone = from.inboxGone;
        dropping = null;
    }
}
