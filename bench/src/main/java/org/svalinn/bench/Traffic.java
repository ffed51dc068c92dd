package org.svalinn.bench;

import org.svalinn.machine.Machine;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.Function;
import org.svalinn.machine.iommu.InvalidationRequest;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.PageResponse;
import org.svalinn.machine.iommu.Transaction;

/** What the devices of a {@link Board} send. All of it is made beforehand, as an engine does that uses its own again. */
final class Traffic {
    /** Of memory: more than every board needs. */
    static final int PAGES = 512;

    private final Board board;
    private final Port[] ports;
    private final Transaction[] transactions;
    private final PageRequest[] pageRequests;
    private long refused;
    private long pagesAsked;
    private long answersExpected;
    private long last;

    /** A device that takes note of what it is told. */
    static final class Port implements Function {
        private final int requesterId;
        private long responses;

        Port(int requesterId) {
            this.requesterId = requesterId;
        }

        @Override
        public int requesterId() {
            return requesterId;
        }

        @Override
        public String name() {
            return "device " + requesterId;
        }

        @Override
        public void invalidate(InvalidationRequest request) {
            throw new IllegalStateException("nobody has asked for an invalidation of ATCs");
        }

        @Override
        public void respond(PageResponse response) {
            if (response.code() == PageResponse.Code.SUCCESS) {
                responses++;
            }
        }
    }

    private Traffic(Board board, Port... ports) {
        this.board = board;
        this.ports = ports;
        transactions = new Transaction[ports.length];
        pageRequests = new PageRequest[ports.length];
        for (int device = 0; device < ports.length; device++) {
            transactions[device] = new Transaction();
            pageRequests[device] = new PageRequest(
                    Board.requesterId(device), Board.pasid(device), Board.ADDRESS, device, Access.READ | Access.WRITE, false, true);
        }
    }

    /** Traffic of that many devices on a new {@code VT-d} or {@code SMMUv3}; each has sent one request. */
    static Traffic on(String iommu, Steps steps, int devices) {
        Port[] ports = new Port[devices];
        for (int device = 0; device < devices; device++) {
            ports[device] = new Port(Board.requesterId(device));
        }
        Traffic traffic = new Traffic(board(iommu, new Machine(steps, PAGES), devices), ports);
        for (Port port : ports) {
            traffic.board.iommu().attach(port);
        }
        traffic.translate();
        return traffic;
    }

    /** A {@code VT-d} or an {@code SMMUv3}, added to a machine. */
    static Board board(String iommu, Machine machine, int devices) {
        return switch (iommu) {
            case "VT-d" -> new VtdBoard(machine, devices);
            case "SMMUv3" -> new SmmuBoard(machine, devices);
            default -> throw new IllegalArgumentException(iommu);
        };
    }

    Board board() {
        return board;
    }

    /** An untranslated read by each device. */
    long translate() {
        return send(Transaction.Type.UNTRANSLATED);
    }

    /** A translation request of each device, for reading. */
    long requestTranslations() {
        return send(Transaction.Type.TRANSLATION_REQUEST);
    }

    private long send(Transaction.Type type) {
        long sum = 0;
        for (int device = 0; device < ports.length; device++) {
            Transaction transaction = transactions[device].begin(
                    type, Board.requesterId(device), Board.pasid(device), Board.ADDRESS, Access.READ, false);
            board.iommu().translate(transaction);
            if (!transaction.isGranted() || (transaction.granted() & Access.READ) == 0) {
                refused++;
            }
            board.iommu().completed(transaction);
            sum += transaction.physical();
        }
        last = sum;
        return sum;
    }

    /** A page request of each device, for reading and writing, the last of its group. */
    void requestPages() {
        for (PageRequest request : pageRequests) {
            board.iommu().pageRequest(request);
        }
        pagesAsked += pageRequests.length;
    }

    /** A page request of the first device, to be answered. */
    void requestPage() {
        board.iommu().pageRequest(pageRequests[0]);
        pagesAsked++;
        answersExpected++;
    }

    /**
     * Whether all went as it should.
     *
     * @throws IllegalStateException if not
     */
    void check() {
        if (refused > 0) {
            throw new IllegalStateException(refused + " transactions were refused");
        }
        if (last == 0) {
            throw new IllegalStateException("the last translations led nowhere");
        }
        if (ports[0].responses != answersExpected) {
            throw new IllegalStateException(ports[0].responses + " responses to " + answersExpected + " page requests");
        }
        if (board.pagesTaken() != pagesAsked) {
            throw new IllegalStateException(board.pagesTaken() + " of " + pagesAsked + " page requests came to their queue");
        }
    }
}
