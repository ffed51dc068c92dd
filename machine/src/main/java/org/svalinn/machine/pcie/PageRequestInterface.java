package org.svalinn.machine.pcie;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Violation;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.PageResponse;

/**
 * What a function knows of its page requests: the registers of the Page Request Extended Capability (10.5.2), and
 * every group of which it expects a response. It takes no steps: whoever calls has announced one on the page requests
 * of the function.
 *
 * <p>Each Page Request message, not each group, counts against the smaller of Outstanding Page Request Capacity and
 * Allocation. Group indexes go round, so that one comes back only after 511 others: a response that is sent twice
 * then meets no group.
 */
final class PageRequestInterface {
    // Page Request Control (10.5.2.2)
    static final int ENABLE = 1;
    static final int RESET = 1 << 1;

    // Page Request Status (10.5.2.3)
    static final int RESPONSE_FAILURE = 1;
    static final int UNEXPECTED_GROUP = 1 << 1;
    static final int STOPPED = 1 << 8;
    static final int RESPONSE_PASID_REQUIRED = 1 << 15;

    /** How many group indexes there are. */
    private static final int INDEXES = 512;

    /** Of how many groups that are over we know who answered. */
    private static final int REMEMBERED = 64;

    // Parts of the page requests of a function, for steps
    /** How many are outstanding, and the status. */
    static final long CREDIT = 1L << 63;
    private static final int GROUP_PARTS = 62;
    private static final int[] NONE = {};

    /** A Page Request Group. */
    static final class Group {
        final int index;
        final int pasid;
        final int pages;
        final Violation.End askedBy;
        @Nullable PageResponse response;
        Violation.@Nullable End answeredBy;
        /** Its last message has been sent. */
        boolean sent;
        /** Nobody waits for the response, but it is still to come (10.4.1.2). */
        boolean stale;
        /** Nobody will get a response: the function was reset or removed, or the interface has failed. */
        @Nullable Status cancelled;

        Group(int index, int pasid, int pages, Violation.End askedBy) {
            this.index = index;
            this.pasid = pasid;
            this.pages = pages;
            this.askedBy = askedBy;
        }

        boolean isOver() {
            return response != null || stale || cancelled != null;
        }
    }

    private final Capabilities capabilities;
    private final boolean ignoresStop;
    private int control;
    private int flags;
    private int allocation;
    private int nextIndex;
    private int outstanding;
    /** Sent, and their responses expected, oldest first. */
    private final List<Group> waiting = new ArrayList<>(0);
    /** Answered, or of which responses may come that mean nothing; the last of each index. Only for checks. */
    private final List<Group> over = new ArrayList<>(0);
    private int[] stoppedPasids = NONE;
    private boolean allStopped;
    private int generation;
    private boolean removed;

    PageRequestInterface(Capabilities capabilities, boolean ignoresStop) {
        this.capabilities = capabilities;
        this.ignoresStop = ignoresStop;
    }

    static long part(int index) {
        return 1L << index % GROUP_PARTS;
    }

    // Registers

    int control() {
        return control;
    }

    /** A write of Page Request Control. */
    void writeControl(int value) {
        boolean enables = (value & ENABLE) != 0;
        if (enables && (control & ENABLE) == 0) {
            flags = 0;
        }
        // Reset counts only while the interface is off, or is turned off by the same write
        if (!enables && (value & RESET) != 0) {
            reset(Status.RESET);
        }
        control = enables ? ENABLE : 0;
    }

    int status() {
        return flags
                | ((control & ENABLE) == 0 && outstanding == 0 ? STOPPED : 0)
                | (capabilities.responsePasid() ? RESPONSE_PASID_REQUIRED : 0);
    }

    /** A write of Page Request Status: its two flags are cleared by writing 1. */
    void writeStatus(int value) {
        flags &= ~value;
    }

    int allocation() {
        return allocation;
    }

    void writeAllocation(int requests) {
        allocation = requests;
    }

    private int limit() {
        return Math.min(allocation, capabilities.pageRequestCapacity());
    }

    // Sending

    /** Why no page may be asked for, by work that was begun in this generation; null if it may. */
    @Nullable Status refusal(int pasid, int workGeneration) {
        if (removed) {
            return Status.REMOVED;
        } else if (workGeneration != generation) {
            return Status.RESET;
        } else if (isStopped(pasid) && !ignoresStop) {
            return Status.STOPPED;
        } else if ((flags & RESPONSE_FAILURE) != 0) {
            return Status.RESPONSE_FAILURE;
        }
        return (control & ENABLE) != 0 && limit() > 0 ? null : Status.PAGE_FAULT;
    }

    private boolean isStopped(int pasid) {
        if (allStopped) {
            return true;
        }
        for (int stopped : stoppedPasids) {
            if (stopped == pasid) {
                return true;
            }
        }
        return false;
    }

    /** How many more Page Request messages may be sent now. */
    int credit() {
        return limit() - outstanding;
    }

    /** The index that the next group has. */
    int nextIndex(boolean reuses) {
        if (reuses) {
            return 0;
        }
        int index = nextIndex;
        while (isWaiting(index)) {
            index = (index + 1) % INDEXES;
        }
        return index;
    }

    private boolean isWaiting(int index) {
        for (Group group : waiting) {
            if (group.index == index) {
                return true;
            }
        }
        return false;
    }

    Group open(int index, int pasid, int pages, Violation.End askedBy) {
        Group group = new Group(index, pasid, pages, askedBy);
        nextIndex = (index + 1) % INDEXES;
        outstanding += pages;
        waiting.add(group);
        forget(index);
        return group;
    }

    // Answers

    /** Takes in a PRG Response: 10.4.2. */
    void respond(PageResponse response, Violation.End answeredBy, String function, boolean acceptsAny, Steps steps) {
        if ((flags & RESPONSE_FAILURE) != 0) {
            return;
        }
        Group group = find(response, acceptsAny);
        if (group == null) {
            flags |= UNEXPECTED_GROUP;
            reportUnexpected(response, answeredBy, function, steps);
            return;
        }
        waiting.remove(group);
        outstanding -= group.pages;
        group.response = response;
        group.answeredBy = answeredBy;
        remember(group);
        if (response.code() == PageResponse.Code.RESPONSE_FAILURE) {
            // The interface is off until it is enabled again, and expects no other response
            flags |= RESPONSE_FAILURE;
            reset(Status.RESPONSE_FAILURE);
        }
        if (response.pasid() >= 0 && response.pasid() != group.pasid) {
            steps.report(new Violation(
                    "isolation",
                    "the response to group %d for PASID %d reaches a page request of PASID %d of %s"
                            .formatted(response.group(), response.pasid(), group.pasid, function),
                    List.of(group.askedBy, answeredBy)));
        }
    }

    private @Nullable Group find(PageResponse response, boolean acceptsAny) {
        for (Group group : waiting) {
            boolean samePasid = !capabilities.responsePasid() || response.pasid() == group.pasid;
            if (group.index == response.group() && samePasid) {
                return group;
            }
        }
        return acceptsAny && !waiting.isEmpty() ? waiting.getFirst() : null;
    }

    private void reportUnexpected(PageResponse response, Violation.End answeredBy, String function, Steps steps) {
        List<Violation.End> ends = new ArrayList<>();
        String what = "was never asked for";
        for (Group group : over) {
            if (group.index == response.group()) {
                if (group.cancelled != null) {
                    return;
                }
                if (group.answeredBy != null && group.pasid == response.pasid()) {
                    what = "is answered twice";
                    ends.add(group.answeredBy);
                }
            }
        }
        ends.add(answeredBy);
        steps.report(new Violation(
                "lost-response", "page request group %d of %s %s".formatted(response.group(), function, what), ends));
    }

    private void remember(Group group) {
        forget(group.index);
        if (over.size() == REMEMBERED) {
            over.removeFirst();
        }
        over.add(group);
    }

    private void forget(int index) {
        for (int i = over.size() - 1; i >= 0; i--) {
            if (over.get(i).index == index) {
                over.remove(i);
            }
        }
    }

    /** Forgets what is outstanding; those who wait go on with this. */
    void reset(Status why) {
        for (Group group : waiting) {
            group.cancelled = why;
            remember(group);
        }
        waiting.clear();
        outstanding = 0;
    }

    /** The function is gone. */
    void remove() {
        reset(Status.REMOVED);
        removed = true;
    }

    /** Back to what it is after power-on, by a reset of the function. */
    void powerOn() {
        reset(Status.RESET);
        generation++;
        control = 0;
        flags = 0;
        allocation = 0;
        stoppedPasids = NONE;
        allStopped = false;
    }

    // Stopping (10.4.1.2)

    /** Asks for no more pages at all. */
    void stopAll() {
        allStopped = true;
    }

    /** May ask for pages again. */
    void startAll() {
        allStopped = false;
        stoppedPasids = NONE;
    }

    /**
     * Asks for no more pages of a PASID. Whether there are groups of it that became stale, and so a Stop Marker is
     * due.
     */
    boolean stop(int pasid) {
        if (!isStopped(pasid)) {
            stoppedPasids = Requests.with(stoppedPasids, pasid);
        }
        boolean marker = false;
        if (capabilities.stopMarkers()) {
            for (Group group : waiting) {
                if (group.pasid == pasid) {
                    group.stale = true;
                    marker = true;
                }
            }
        }
        return marker;
    }

    void start(int pasid) {
        stoppedPasids = Requests.without(stoppedPasids, pasid);
    }

    // For checks

    /** The groups of which a response is expected. */
    List<Group> waiting() {
        return waiting;
    }

    /** Whether a response for this index would answer a group that a Stop Marker has followed. */
    boolean isStale(int index) {
        for (Group group : waiting) {
            if (group.index == index) {
                return group.stale;
            }
        }
        return false;
    }

    /** Whether messages of a group of this PASID are still to be sent. */
    boolean isSending(int pasid) {
        for (Group group : waiting) {
            if (group.pasid == pasid && !group.sent) {
                return true;
            }
        }
        return false;
    }

    /** A copy of the registers. */
    PageRequestInterface copy() {
        PageRequestInterface copy = new PageRequestInterface(capabilities, ignoresStop);
        copy.set(this);
        return copy;
    }

    void set(PageRequestInterface other) {
        control = other.control;
        flags = other.flags;
        allocation = other.allocation;
        nextIndex = other.nextIndex;
        outstanding = other.outstanding;
        stoppedPasids = other.stoppedPasids;
        allStopped = other.allStopped;
        generation = other.generation;
        removed = other.removed;
        waiting.clear();
        waiting.addAll(other.waiting);
        over.clear();
        over.addAll(other.over);
    }
}
