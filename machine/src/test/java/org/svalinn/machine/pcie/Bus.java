package org.svalinn.machine.pcie;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.machine.Machine;
import org.svalinn.machine.MachineViolation;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.InvalidationRequest;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.PageResponse;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Use;

/** A function and its translation agent, without a scheduler: what the rows of the clause tables are about. */
final class Bus {
    static final int PASID = 5;
    static final long VA = 0x4000_0000L;
    private static final int RW = Access.READ | Access.WRITE;
    private static final Use CPU = Use.of(Use.Kind.SOFTWARE, "the test");

    final Machine machine = new Machine(Steps.DIRECT, 2048);
    final Owner process = new Owner("the process");
    final TranslationAgent agent = machine.iommu("agent", new TranslationAgent(machine.steps(), machine.objects()));
    final Endpoint function;
    final Engine engine;
    final Engine other;
    private final long[] pages = new long[4];

    Bus(Capabilities capabilities, Misbehaviour... wrongs) {
        function = machine.function("nic", 0x100, capabilities, wrongs).enable();
        engine = function.engine(new Mover());
        other = function.engine(new Mover());
        function.program(PASID, process);
        for (int i = 0; i < pages.length; i++) {
            pages[i] = machine.ram().allocate(PageState.USER, process);
        }
    }

    static Bus of(Capabilities capabilities, Misbehaviour... wrongs) {
        return new Bus(capabilities, wrongs);
    }

    /** Maps the i-th page from {@link #VA} on. */
    Bus map(int i) {
        return map(i, RW);
    }

    Bus map(int i, int access) {
        agent.map(PASID, VA + i * 0x1000L, pages[i], access);
        return this;
    }

    long physical(int i) {
        return pages[i];
    }

    Bus unmap(int i) {
        agent.unmap(PASID, VA + i * 0x1000L);
        return this;
    }

    /** Reads the i-th page; what went over the link since the last {@code sent}. */
    Status read(int i) {
        return status(Work.read(PASID, VA + i * 0x1000L, 8));
    }

    Status write(int i) {
        return status(Work.write(PASID, VA + i * 0x1000L, 8, 1));
    }

    Status status(Work work) {
        Status status = engine.perform(work).status();
        if (status == null) {
            throw new AssertionError("not done: " + work);
        }
        return status;
    }

    /** Lets an engine ask for a page, and leaves it there: without a scheduler nobody can go on. */
    void leaveAsking(Engine which, Work work) {
        which.submit(work);
        try {
            which.execute();
        } catch (IllegalStateException waits) {
            if (!String.valueOf(waits.getMessage()).contains("would wait for ever")) {
                throw waits;
            }
            return;
        }
        throw new AssertionError("it did not wait");
    }

    void leaveAsking(int i) {
        leaveAsking(engine, Work.write(PASID, VA + i * 0x1000L, 8, 1));
    }

    /** What went over the link since this was asked last: types, PASIDs, accesses and addresses. */
    List<String> sent() {
        List<String> sent = new ArrayList<>(agent.log);
        agent.log.clear();
        return sent;
    }

    /** How many Translation Requests there were since the link was looked at last. */
    long translationRequests() {
        return sent().stream().filter(line -> line.startsWith("TRANSLATION_REQUEST")).count();
    }

    boolean invalidate(int pasid, long page, int shift, boolean global) {
        return agent.invalidate(new InvalidationRequest(pasid, page, shift, global, 3));
    }

    boolean invalidate(int i) {
        return invalidate(PASID, VA + i * 0x1000L, 12, false);
    }

    /** Answers each last request of a group with this, after it has mapped what was asked for. */
    Bus answering(PageResponse.Code code) {
        agent.handler = request -> {
            int page = (int) ((request.address() - VA) >>> 12);
            if (code == PageResponse.Code.SUCCESS && page >= 0 && page < pages.length) {
                map(page);
            }
            if (request.last() && !request.isStopMarker()) {
                agent.respond(request, code);
            }
        };
        return this;
    }

    /** Delivers a response; the violation that came of it, if one did. */
    @Nullable String respond(int pasid, int group, PageResponse.Code code) {
        try {
            function.respond(new PageResponse(pasid, group, code));
            return null;
        } catch (MachineViolation violation) {
            return violation.violation().check() + ": " + violation.violation().message();
        }
    }

    List<PageRequest> pageRequests() {
        return List.copyOf(agent.pageRequests);
    }

    boolean hasStatus(int flag) {
        return (function.readPageRequestStatus() & flag) != 0;
    }

    long load(int i) {
        return machine.ram().read(pages[i], 8, CPU);
    }

    Bus refusing(Transaction.Outcome outcome) {
        agent.refusesTranslations = outcome;
        return this;
    }
}
