package org.svalinn.machine.pcie;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.HardwareObjects;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.Function;
import org.svalinn.machine.iommu.InvalidationRequest;
import org.svalinn.machine.iommu.Iommu;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.PageResponse;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.iommu.UnsupportedFeature;

/**
 * The least IOMMU that PCIe knows of: a translation agent with a table and no cache of its own. Software calls it,
 * instead of writing commands: these tests are about the function.
 */
final class TranslationAgent implements Iommu {
    private static final Site TRANSLATE = Site.named("looks up a translation");
    private static final Site MAP = Site.named("maps");
    private static final Site UNMAP = Site.named("unmaps");
    private static final Site QUEUE = Site.named("queues a Page Request");
    private static final Site TAKE = Site.named("takes a Page Request");
    private static final Site COMPLETE = Site.named("receives an Invalidate Completion");
    private static final Site TIME_OUT = Site.named("gives an invalidation up");
    private static final Site AWAIT = Site.named("waits for the Invalidate Completion");

    private record Key(int pasid, long page) {}

    private record Entry(long physical, int shift, int access) {}

    private final Steps steps;
    private final long table;
    private final long queue;
    private final long invalidations;
    private final Map<Key, Entry> entries = new HashMap<>();
    final List<Function> functions = new ArrayList<>();
    /** Every transaction, in words. */
    final List<String> log = new ArrayList<>();
    final ArrayDeque<PageRequest> pageRequests = new ArrayDeque<>();
    int completed;
    int timedOut;
    int lateCompletions;
    Transaction.@Nullable Outcome refusesTranslations;
    boolean refusesTranslated;
    /** What happens between a translation and its completion's arrival. */
    Runnable duringTranslation = () -> {};
    /** Who handles page requests at once, in tests without a scheduler. */
    Consumer<PageRequest> handler = request -> {};

    TranslationAgent(Steps steps, HardwareObjects objects) {
        this.steps = steps;
        table = objects.add("translations");
        queue = objects.add("page request queue");
        invalidations = objects.add("invalidations");
    }

    // Software

    void map(int pasid, long page, long physical, int access) {
        map(pasid, page, physical, 12, access);
    }

    void map(int pasid, long page, long physical, int shift, int access) {
        steps.step(Operation.WRITE, table, Endpoint.part(pasid), MAP);
        entries.put(new Key(pasid, page), new Entry(physical, shift, access));
    }

    void unmap(int pasid, long page) {
        steps.step(Operation.WRITE, table, Endpoint.part(pasid), UNMAP);
        entries.remove(new Key(pasid, page));
    }

    /** Invalidates one page in the ATC of the first function, and waits. Whether it was completed in time. */
    boolean invalidate(int pasid, long page) {
        return invalidate(new InvalidationRequest(pasid, page, 12, false, 0));
    }

    boolean invalidate(InvalidationRequest request) {
        functions.getFirst().invalidate(request);
        BooleanSupplier over = () -> ((completed | timedOut) >> request.tag() & 1) != 0;
        steps.await(Operation.WAIT, invalidations, Steps.ALL, over, AWAIT);
        boolean good = (timedOut >> request.tag() & 1) == 0;
        completed &= ~(1 << request.tag());
        timedOut &= ~(1 << request.tag());
        return good;
    }

    PageRequest takePageRequest() {
        steps.await(Operation.WAIT, queue, Steps.ALL, () -> !pageRequests.isEmpty(), TAKE);
        return pageRequests.remove();
    }

    void respond(PageRequest request, PageResponse.Code code) {
        functions.getFirst().respond(new PageResponse(request.pasid(), request.group(), code));
    }

    // The devices' face

    @Override
    public void attach(Function function) {
        functions.add(function);
    }

    @Override
    public void translate(Transaction t) {
        steps.step(Operation.READ, table, Endpoint.part(t.pasid()), TRANSLATE);
        log.add(t.type()
                + (t.hasPasid() ? " PASID " + t.pasid() : "")
                + (t.isPrivileged() ? " privileged " : " ")
                + Access.text(t.wanted())
                + " 0x"
                + Long.toHexString(t.address()));
        if (t.type() == Transaction.Type.TRANSLATED) {
            if (refusesTranslated) {
                t.refuse(Transaction.Outcome.ABORTED);
            } else {
                t.grant(t.address(), 12, t.wanted(), false);
            }
            return;
        }
        if (t.type() == Transaction.Type.TRANSLATION_REQUEST && refusesTranslations != null) {
            t.refuse(refusesTranslations);
            return;
        }
        Entry found = find(t.pasid(), t.address());
        if (t.type() == Transaction.Type.TRANSLATION_REQUEST) {
            if (found == null) {
                t.grant(0, 12, 0, false);
            } else {
                t.grant(found.physical | t.address() & (1L << found.shift) - 1, found.shift, found.access, false);
            }
            duringTranslation.run();
        } else if (found == null || (found.access & t.wanted()) != t.wanted()) {
            t.refuse(Transaction.Outcome.ABORTED);
        } else {
            t.grant(found.physical | t.address() & (1L << found.shift) - 1, found.shift, found.access, false);
        }
    }

    private @Nullable Entry find(int pasid, long address) {
        for (int shift : new int[] {12, 21, 30}) {
            Entry entry = entries.get(new Key(pasid, address >>> shift << shift));
            if (entry != null && entry.shift == shift) {
                return entry;
            }
        }
        return null;
    }

    @Override
    public void completed(Transaction transaction) {}

    @Override
    public void pageRequest(PageRequest request) {
        steps.step(Operation.SIGNAL, queue, Steps.ALL, QUEUE);
        pageRequests.add(request);
        handler.accept(request);
    }

    @Override
    public void invalidationCompleted(Function function, int tags) {
        steps.step(Operation.SIGNAL, invalidations, Steps.ALL, COMPLETE);
        if ((timedOut & tags) != 0) {
            lateCompletions |= tags;
        }
        completed |= tags;
    }

    @Override
    public void invalidationTimedOut(Function function, int tags) {
        steps.step(Operation.SIGNAL, invalidations, Steps.ALL, TIME_OUT);
        timedOut |= tags;
    }

    @Override
    public String remembers(int requesterId, int pasid) {
        return pageRequests.stream().anyMatch(request -> request.pasid() == pasid) ? "a queued page request" : "";
    }

    // What it has not

    @Override
    public long readRegister(long offset, int size) {
        throw new UnsupportedFeature("registers");
    }

    @Override
    public void writeRegister(long offset, int size, long value) {
        throw new UnsupportedFeature("registers");
    }

    @Override
    public boolean hasCommand() {
        return false;
    }

    @Override
    public void executeCommand() {
        throw new UnsupportedFeature("commands");
    }

    @Override
    public void serve() {}

    @Override
    public void snapshot() {}

    @Override
    public void restore() {}
}
