package org.svalinn.machine.pcie;

import java.util.ArrayList;
import java.util.Arrays;
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
 * <p>What others can see of it are four things, each of which steps announce by a number of its own: its <em>requests</em> (the ATC,
 * what is in flight, what is stopped, enabled or reset), its <em>page requests</em>, its <em>inbox</em>, and what its PASIDs
 * stand for. Parts are PASIDs, so that two PASIDs do not get into each other's way.
 *
 * <p>An Invalidate Request is three steps of this actor: it is taken; its entries are dropped; and, when nothing that uses them is
 * in flight any more, the completion goes out. Messages are taken in the order in which they came, one at a time.
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
    private static final Site STOP = Site.named("is told to stop");
    private static final Site MARKER = Site.named("waits until its Page Requests are sent");
    private static final Site START = Site.named("is told to go on");
    private static final Site CONTROL = Site.named("a write of a control register");
    private static final Site STATUS = Site.named("a read of a status register");
    private static final Site REMOVAL = Site.named("surprise removal");
    private static final Site RESET = Site.named("Function Level Reset");

    // ATS Control (10.5.1.3)
    private static final int ATS_ENABLE = 1 << 15;
    private static final int STU = 0x1f;

    // PASID Control (7.8.9.3)
    private static final int PASID_ENABLE = 1;
    private static final int PASID_EXECUTE = 1 << 1;
    private static final int PASID_PRIVILEGED = 1 << 2;

    private static final int MINIMUM_PAGE_SHIFT = 12;
    private static final int[] NONE = {};
    private static final Violation.End NOWHERE = new Violation.End("", "", List.of());

    final Steps steps;
    final Iommu iommu;
    final PhysicalMemory memory;
    final Interrupts interrupts;
    final Atc atc;
    final PageRequestInterface pri;
    /** What steps on requests, the ATC and what is stopped announce. */
    final long requests;
    /** What steps on page requests announce. */
    final long pageRequests;
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

    // Of the requests
    private boolean present = true;
    private int generation;
    private int atsControl;
    private int pasidControl;
    private boolean atcOff;
    private int[] stopped = NONE;
    private boolean allStopped;
    private @Nullable InvalidationRequest dropping;
    private boolean droppingEveryPasid;

    // Of the PASIDs
    private final List<Context> contexts = new ArrayList<>(1);

    // Of the inbox
    private int inboxGeneration;
    private boolean inboxGone;

    private @Nullable Saved saved;

    /** What a snapshot keeps beside the engines. */
    private record Saved(
            Atc atc,
            PageRequestInterface pri,
            Inbox inbox,
            boolean present,
            int generation,
            int atsControl,
            int pasidControl,
            boolean atcOff,
            int[] stopped,
            boolean allStopped,
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
        atc = new Atc(capabilities.atcWays());
        pri = new PageRequestInterface(capabilities, does(Misbehaviour.SENDS_AFTER_STOP));
        requests = objects.add("ATC of " + name);
        pageRequests = objects.add("page requests of " + name);
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

    /** Enables all that there is: PASIDs, then ATS with 4 KiB as Smallest Translation Unit, then PRI with its whole capacity. */
    public Endpoint enable() {
        if (capabilities.pasidWidth() > 0) {
            writePasidControl(PASID_ENABLE | PASID_EXECUTE | PASID_PRIVILEGED);
        }
        if (capabilities.ats()) {
            writeAtsControl(ATS_ENABLE);
        }
        if (capabilities.pri()) {
            writePageRequestAllocation(capabilities.pageRequestCapacity());
            writePageRequestControl(PageRequestInterface.ENABLE);
        }
        return this;
    }

    /**
     * Tells it for which address space it will be given work with a PASID, and lets it {@linkplain #start go on} with the PASID. A device
     * knows nothing of address spaces; the checks do: DMA for this one that reaches another's page is a violation.
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
     * Stops a PASID (6.20, 10.4.1.2): from now on no new request with it is sent, and work that needs one fails. What is under way is
     * not waited for: {@link #drain(int)} does. A function with {@linkplain Capabilities#stopMarkers Stop Markers} sends one if it
     * has page requests outstanding, and forgets these.
     */
    public void stop(int pasid) {
        steps.step(Operation.WRITE, requests, part(pasid), STOP);
        if (!isStopped(pasid)) {
            stopped = Arrays.copyOf(stopped, stopped.length + 1);
            stopped[stopped.length - 1] = pasid;
        }
        if (!capabilities.pri()) {
            return;
        }
        steps.step(Operation.WRITE, pageRequests, Steps.ALL, STOP);
        if (pri.stop(pasid)) {
            if (!does(Misbehaviour.SENDS_STOP_MARKER_EARLY)) {
                steps.await(Operation.WAIT, pageRequests, Steps.ALL, () -> !pri.isSending(pasid), MARKER);
            }
            iommu.pageRequest(PageRequest.stopMarker(requesterId, pasid));
        }
    }

    /** Stops the whole function: no new request is sent. */
    public void stop() {
        steps.step(Operation.WRITE, requests, Steps.ALL, STOP);
        allStopped = true;
        if (capabilities.pri()) {
            steps.step(Operation.WRITE, pageRequests, Steps.ALL, STOP);
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
        steps.step(Operation.WRITE, requests, part(pasid), START);
        stopped = without(stopped, pasid);
        if (capabilities.pri()) {
            steps.step(Operation.WRITE, pageRequests, Steps.ALL, START);
            pri.start(pasid);
        }
    }

    /** Lets a function that was stopped as a whole send requests again. */
    public void start() {
        steps.step(Operation.WRITE, requests, Steps.ALL, START);
        allStopped = false;
        stopped = NONE;
        if (capabilities.pri()) {
            steps.step(Operation.WRITE, pageRequests, Steps.ALL, START);
            pri.startAll();
        }
    }

    static int[] without(int[] numbers, int number) {
        return numbers.length == 0 ? numbers : Arrays.stream(numbers).filter(n -> n != number).toArray();
    }

    /**
     * The function is pulled out (6.7): its requests abort, messages to it vanish, and the IOMMU's time-outs run out.
     */
    public void remove() {
        steps.step(Operation.WRITE, requests, Steps.ALL, REMOVAL);
        present = false;
        steps.step(Operation.WRITE, pageRequests, Steps.ALL, REMOVAL);
        pri.remove();
        steps.step(Operation.WRITE, inboxObject, Steps.ALL, REMOVAL);
        inboxGone = true;
        for (Engine engine : engines) {
            steps.step(Operation.WRITE, engine.queueObject(), Steps.ALL, REMOVAL);
            engine.reset(Status.REMOVED);
        }
    }

    /**
     * Function Level Reset (6.6.2): everything is as after power-on. Work ends where it is; completions of what was sent before come
     * back to nobody; Invalidate Requests that had been taken in are never completed, and PRG Responses reach nothing.
     */
    public void reset() {
        steps.step(Operation.WRITE, requests, Steps.ALL, RESET);
        generation++;
        invalidateImplicitly();
        atsControl = 0;
        pasidControl = 0;
        atcOff = false;
        stopped = NONE;
        allStopped = false;
        steps.step(Operation.WRITE, pasidsObject, Steps.ALL, RESET);
        contexts.clear();
        steps.step(Operation.WRITE, pageRequests, Steps.ALL, RESET);
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
        steps.step(Operation.READ, requests, Steps.ALL, CONTROL);
        return atsControl;
    }

    /** Setting Enable drops every translation (10.3.7). Smallest Translation Unit keeps its value while Enable is set. */
    public void writeAtsControl(int value) {
        steps.step(Operation.WRITE, requests, Steps.ALL, CONTROL);
        boolean enables = (value & ATS_ENABLE) != 0;
        if (enables && (atsControl & ATS_ENABLE) != 0) {
            return;
        }
        if (enables) {
            invalidateImplicitly();
            atcOff = false;
        }
        atsControl = value & (ATS_ENABLE | STU);
    }

    /** PASID Control (7.8.9.3). */
    public int readPasidControl() {
        steps.step(Operation.READ, requests, Steps.ALL, CONTROL);
        return pasidControl;
    }

    /** To change PASID Enable while ATS is enabled is undefined (7.8.9.3), and refused here. */
    public void writePasidControl(int value) {
        steps.step(Operation.WRITE, requests, Steps.ALL, CONTROL);
        if ((atsControl & ATS_ENABLE) != 0 && ((value ^ pasidControl) & PASID_ENABLE) != 0) {
            throw new UnsupportedFeature("a change of PASID Enable while ATS is enabled (7.8.9.3) in " + name);
        }
        pasidControl = value & (PASID_ENABLE | PASID_EXECUTE | PASID_PRIVILEGED);
    }

    /** Page Request Control (10.5.2.2). */
    public int readPageRequestControl() {
        steps.step(Operation.READ, pageRequests, Steps.ALL, CONTROL);
        return pri.control();
    }

    public void writePageRequestControl(int value) {
        steps.step(Operation.WRITE, pageRequests, Steps.ALL, CONTROL);
        pri.writeControl(value);
    }

    /** Page Request Status (10.5.2.3). */
    public int readPageRequestStatus() {
        steps.step(Operation.READ, pageRequests, Steps.ALL, STATUS);
        return pri.status();
    }

    public void writePageRequestStatus(int value) {
        steps.step(Operation.WRITE, pageRequests, Steps.ALL, CONTROL);
        pri.writeStatus(value);
    }

    /** Outstanding Page Request Allocation (10.5.2.5). */
    public int readPageRequestAllocation() {
        steps.step(Operation.READ, pageRequests, Steps.ALL, CONTROL);
        return pri.allocation();
    }

    public void writePageRequestAllocation(int value) {
        steps.step(Operation.WRITE, pageRequests, Steps.ALL, CONTROL);
        pri.writeAllocation(value);
    }

    /** Whether it is still there: one step. */
    public boolean isPresent() {
        steps.step(Operation.READ, requests, Steps.ALL, STATUS);
        return present;
    }

    /** Transactions Pending, of Device Status (7.5.3.5). */
    public boolean hasTransactionsPending() {
        steps.step(Operation.READ, requests, Steps.ALL, STATUS);
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
        if (steps == Steps.DIRECT && !holds) {
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
            if (isLost || !capabilities.ats()) {
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
            steps.step(Operation.SIGNAL, pageRequests, parts, RESPONSE);
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
        boolean everyPasid = request.global() && capabilities.globalInvalidate() && request.pasid() >= 0;
        long parts = everyPasid ? Steps.ALL : part(request.pasid());
        steps.step(Operation.WRITE, requests, parts, DROP);
        if (!does(Misbehaviour.KEEPS_INVALIDATED_TRANSLATION)) {
            atc.invalidate(request, everyPasid);
            for (Engine engine : engines) {
                engine.dma().overtake(request, everyPasid);
            }
        }
        dropping = request;
        droppingEveryPasid = everyPasid;
        if (!isLanded() && !does(Misbehaviour.COMPLETES_INVALIDATION_EARLY)) {
            steps.await(Operation.WAIT, requests, parts, isLanded, IN_FLIGHT);
        }
        dropping = null;
        if (does(Misbehaviour.COMPLETES_INVALIDATION_LATE)) {
            iommu.invalidationTimedOut(this, tags);
        }
        iommu.invalidationCompleted(this, tags);
    }

    /** Whether nothing is in flight any more that uses what is being dropped. */
    private boolean isLanded() {
        InvalidationRequest request = dropping;
        for (Engine engine : engines) {
            if (request != null && engine.dma().isInFlight(request, droppingEveryPasid)) {
                return false;
            }
        }
        return true;
    }

    // For its engines: all of these belong to a step on the requests

    boolean does(Misbehaviour misbehaviour) {
        return misbehaviours.contains(misbehaviour);
    }

    /** Why a request may not be sent; null if it may. */
    @Nullable Status refusal(int pasid, boolean privileged, int workGeneration) {
        if (!present) {
            return Status.REMOVED;
        }
        if (workGeneration != generation) {
            return Status.RESET;
        }
        if ((allStopped || stopped.length > 0 && isStopped(pasid)) && !does(Misbehaviour.SENDS_AFTER_STOP)) {
            return Status.STOPPED;
        }
        if (pasid >= 0) {
            boolean enabled = (pasidControl & PASID_ENABLE) != 0 && pasid >>> capabilities.pasidWidth() == 0;
            if (!enabled || privileged && (pasidControl & PASID_PRIVILEGED) == 0) {
                return Status.REFUSED;
            }
        }
        return null;
    }

    private boolean isStopped(int pasid) {
        for (int number : stopped) {
            if (number == pasid) {
                return true;
            }
        }
        return false;
    }

    boolean usesAts() {
        return (atsControl & ATS_ENABLE) != 0 && capabilities.ats() && !atcOff;
    }

    /** The Smallest Translation Unit (10.5.1.3), as a shift. */
    int smallestTranslation() {
        return MINIMUM_PAGE_SHIFT + (atsControl & STU);
    }

    /** A Translation Request was answered with Unsupported Request: no ATS until it is enabled anew (10.2.3). */
    void atcIsUnsupported() {
        atcOff = true;
        atc.clear();
    }

    private void invalidateImplicitly() {
        atc.clear();
        for (Engine engine : engines) {
            engine.dma().overtakeAll();
        }
    }

    // For checks

    /**
     * What of the function still remembers this PASID, in words: translations, page requests that wait for their response, work, messages. Empty
     * if nothing does. It takes no step.
     */
    public String remembers(int pasid) {
        List<String> what = new ArrayList<>();
        int translations = atc.count(pasid);
        if (translations > 0) {
            what.add(translations + (translations == 1 ? " translation in the ATC" : " translations in the ATC"));
        }
        for (PageRequestInterface.Group group : pri.waiting()) {
            if (group.pasid == pasid) {
                what.add("page request group " + group.index + " without a response");
            }
        }
        for (Engine engine : engines) {
            if (engine.dma().isBusy(pasid)) {
                what.add("a request under way");
            } else if (engine.work(pasid) > 0) {
                what.add("work in its queue");
            }
        }
        for (Inbox.Message message : inbox.messages()) {
            if (message.body() instanceof PageResponse response && response.pasid() == pasid) {
                what.add("a PRG Response not yet processed");
            } else if (message.body() instanceof InvalidationRequest request && request.pasid() == pasid) {
                what.add("an Invalidate Request not yet processed");
            }
        }
        return what.isEmpty() ? "" : "%s of PASID %d in %s".formatted(String.join(", ", what), pasid, name);
    }

    /** Takes a step on each thing that may remember a PASID, so that what is seen next is seen in every order. */
    public void observe(int pasid, Site site) {
        steps.step(Operation.READ, inboxObject, Steps.ALL, site);
        steps.step(Operation.READ, pageRequests, Steps.ALL, site);
        for (Engine engine : engines) {
            steps.step(Operation.READ, engine.queueObject(), Steps.ALL, site);
        }
        steps.step(Operation.READ, requests, part(pasid), site);
    }

    /** When everything is quiet: each page request that was never answered is a violation. */
    public void finish() {
        for (PageRequestInterface.Group group : pri.waiting()) {
            steps.report(new Violation(
                    "lost-response",
                    "page request group %d of PASID %d of %s is never answered".formatted(group.index, group.pasid, name),
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
                atc.copy(),
                pri.copy(),
                messages,
                present,
                generation,
                atsControl,
                pasidControl,
                atcOff,
                stopped,
                allStopped,
                List.copyOf(contexts),
                inboxGeneration,
                inboxGone);
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
        atc.set(from.atc);
        pri.set(from.pri);
        inbox.set(from.inbox);
        present = from.present;
        generation = from.generation;
        atsControl = from.atsControl;
        pasidControl = from.pasidControl;
        atcOff = from.atcOff;
        stopped = from.stopped;
        allStopped = from.allStopped;
        contexts.clear();
        contexts.addAll(from.contexts);
        inboxGeneration = from.inboxGeneration;
        inboxGone = from.inboxGone;
        dropping = null;
    }
}
