package org.svalinn.machine.pcie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.pcie.Bus.PASID;
import static org.svalinn.machine.pcie.Bus.VA;
import static org.svalinn.machine.pcie.Capabilities.ATS_ONLY;
import static org.svalinn.machine.pcie.Capabilities.SVA;
import static org.svalinn.machine.pcie.Clause.row;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.PageResponse.Code;
import org.svalinn.machine.iommu.Transaction;

/** The Page Request Interface: PCI Express Base Specification 6.0, 10.4 and 10.5.2, clause by clause. */
class PageRequestClausesTest {
    private static final int RW = Access.READ | Access.WRITE;
    private static final Capabilities MARKERS = SVA.withStopMarkers(true);

    @ParameterizedTest(name = "{0}: given {1}, when {2}, then {3}")
    @MethodSource({"messages", "responses", "stopping", "registers"})
    void clause(String clause, String given, String when, String then, Bus bus, Consumer<Bus> test) {
        test.accept(bus);
    }

    static Stream<Arguments> messages() {
        return Stream.of(
                row("10.4.1", "a page that is not there",
                        "it writes", "it asks for the page, and that is its group",
                        Bus.of(SVA), bus -> {
                    bus.leaveAsking(1);
                    assertThat(bus.pageRequests())
                            .containsExactly(new PageRequest(0x100, PASID, VA + 0x1000, 0, Access.WRITE, false, true));
                }),
                row("10.4.1", "a page that may only be read",
                        "it writes", "it asks for the page",
                        Bus.of(SVA), bus -> {
                    bus.map(0, Access.READ).leaveAsking(0);
                    assertThat(bus.pageRequests()).hasSize(1);
                }),
                row("10.4.1", "a page that is there",
                        "it writes", "it asks for nothing",
                        Bus.of(SVA), bus -> {
                    bus.map(0).write(0);
                    assertThat(bus.pageRequests()).isEmpty();
                }),
                row("10.4.1", "two pages that are not there",
                        "it writes over their border", "both are one group, closed by the second",
                        Bus.of(SVA), bus -> {
                    bus.leaveAsking(bus.engine, Work.write(PASID, VA + 0xff0, 32, 1));
                    assertThat(bus.pageRequests())
                            .containsExactly(
                                    new PageRequest(0x100, PASID, VA, 0, Access.WRITE, false, false),
                                    new PageRequest(0x100, PASID, VA + 0x1000, 0, Access.WRITE, false, true));
                }),
                row("10.4.1", "a group outstanding",
                        "another engine asks", "its group has another index",
                        Bus.of(SVA), bus -> {
                    bus.leaveAsking(bus.engine, Work.read(PASID, VA, 8));
                    bus.leaveAsking(bus.other, Work.read(PASID, VA, 8));
                    assertThat(bus.pageRequests()).extracting(PageRequest::group).containsExactly(0, 1);
                }),
                row("10.4.1", "a broken function",
                        "two groups are outstanding", "they have one index",
                        Bus.of(SVA, Misbehaviour.REUSES_GROUP_INDEX), bus -> {
                    bus.leaveAsking(bus.engine, Work.read(PASID, VA, 8));
                    bus.leaveAsking(bus.other, Work.read(PASID, VA, 8));
                    assertThat(bus.pageRequests()).extracting(PageRequest::group).containsExactly(0, 0);
                }),
                row("10.4.1", "512 groups, one after the other",
                        "the next is sent", "the indexes begin again",
                        Bus.of(SVA), bus -> {
                    bus.answering(Code.SUCCESS);
                    for (int i = 0; i <= 512; i++) {
                        bus.unmap(0).function.writeAtsControl(0);
                        bus.function.writeAtsControl(1 << 15);
                        bus.write(0);
                        assertThat(bus.agent.pageRequests.getLast().group()).isEqualTo(i % 512);
                    }
                }),
                row("10.4.1.1", "work in privileged mode",
                        "it asks for a page", "the request says so",
                        Bus.of(SVA), bus -> {
                    bus.leaveAsking(bus.engine, Work.read(PASID, VA, 8).inPrivilegedMode());
                    assertThat(bus.pageRequests().getFirst().privileged()).isTrue();
                }),
                row("10.4.1.1", "work without a PASID",
                        "it asks for a page", "the request has none",
                        Bus.of(SVA), bus -> {
                    bus.leaveAsking(bus.engine, Work.read(Transaction.NO_PASID, VA, 8));
                    assertThat(bus.pageRequests().getFirst().pasid()).isEqualTo(Transaction.NO_PASID);
                }),
                row("10.4.1", "a function without PRI",
                        "a page is not there", "its work fails, and nothing is asked for",
                        Bus.of(ATS_ONLY), bus -> {
                    assertThat(bus.write(0)).isEqualTo(Status.PAGE_FAULT);
                    assertThat(bus.pageRequests()).isEmpty();
                }));
    }

    static Stream<Arguments> responses() {
        return Stream.of(
                row("10.4.2.1", "a page asked for",
                        "the response is Success", "the access is made",
                        Bus.of(SVA), bus -> {
                    assertThat(bus.answering(Code.SUCCESS).write(0)).isEqualTo(Status.SUCCESS);
                    assertThat(bus.load(0)).isEqualTo(1);
                }),
                row("10.4.2.1", "a page asked for",
                        "the response is Success, but nothing is mapped", "it asks again, and gives up",
                        Bus.of(SVA), bus -> {
                    bus.agent.handler = request -> bus.agent.respond(request, Code.SUCCESS);
                    assertThat(bus.write(0)).isEqualTo(Status.PAGE_FAULT);
                    assertThat(bus.pageRequests()).hasSize(8);
                }),
                row("10.4.2.1", "a page asked for",
                        "the response is Invalid Request", "the work fails, others may ask",
                        Bus.of(SVA), bus -> {
                    assertThat(bus.answering(Code.INVALID_REQUEST).write(0)).isEqualTo(Status.INVALID_PAGE);
                    assertThat(bus.hasStatus(PageRequestInterface.RESPONSE_FAILURE)).isFalse();
                    assertThat(bus.answering(Code.SUCCESS).write(1)).isEqualTo(Status.SUCCESS);
                }),
                row("10.4.2.1", "a page asked for",
                        "the response is Response Failure", "the interface is off",
                        Bus.of(SVA), bus -> {
                    assertThat(bus.answering(Code.RESPONSE_FAILURE).write(0)).isEqualTo(Status.RESPONSE_FAILURE);
                    assertThat(bus.hasStatus(PageRequestInterface.RESPONSE_FAILURE)).isTrue();
                    assertThat(bus.answering(Code.SUCCESS).write(1)).isEqualTo(Status.RESPONSE_FAILURE);
                    assertThat(bus.pageRequests()).hasSize(1);
                }),
                row("10.4.2.1", "a response failure",
                        "the interface is disabled and enabled", "it asks again",
                        Bus.of(SVA), bus -> {
                    bus.answering(Code.RESPONSE_FAILURE).write(0);
                    bus.function.writePageRequestControl(0);
                    bus.function.writePageRequestControl(PageRequestInterface.ENABLE);
                    assertThat(bus.answering(Code.SUCCESS).write(1)).isEqualTo(Status.SUCCESS);
                }),
                row("10.4.2.1", "two groups outstanding",
                        "one gets Response Failure", "a response to the other is ignored",
                        Bus.of(SVA), bus -> {
                    bus.leaveAsking(bus.engine, Work.read(PASID, VA, 8));
                    bus.leaveAsking(bus.other, Work.read(PASID, VA, 8));
                    bus.respond(PASID, 0, Code.RESPONSE_FAILURE);
                    assertThat(bus.respond(PASID, 1, Code.SUCCESS)).isNull();
                    assertThat(bus.hasStatus(PageRequestInterface.UNEXPECTED_GROUP)).isFalse();
                }),
                row("10.4.2.2", "PRG Response PASID Required",
                        "a response bears another PASID", "it answers nothing",
                        Bus.of(SVA), bus -> {
                    bus.leaveAsking(0);
                    assertThat(bus.respond(6, 0, Code.SUCCESS))
                            .startsWith("lost-response: page request group 0 of nic was never asked");
                    assertThat(bus.hasStatus(PageRequestInterface.UNEXPECTED_GROUP)).isTrue();
                    assertThat(bus.function.remembers(PASID)).contains("page request group 0 without a response");
                }),
                row("10.4.2.2", "PRG Response PASID not Required",
                        "a response bears none", "it answers by its index",
                        Bus.of(SVA.withResponsePasid(false)), bus -> {
                    bus.leaveAsking(0);
                    assertThat(bus.respond(Transaction.NO_PASID, 0, Code.SUCCESS)).isNull();
                    assertThat(bus.function.remembers(PASID)).doesNotContain("without a response");
                }),
                row("10.4.2.2", "PRG Response PASID not Required",
                        "a response for another PASID has its index", "isolation is broken",
                        Bus.of(SVA.withResponsePasid(false)), bus -> {
                    bus.leaveAsking(0);
                    assertThat(bus.respond(6, 0, Code.SUCCESS))
                            .isEqualTo("isolation: the response to group 0 for PASID 6"
                                    + " reaches a page request of PASID 5 of nic");
                }),
                row("10.4.2", "a group answered",
                        "it is answered again", "the index is unexpected",
                        Bus.of(SVA), bus -> {
                    bus.answering(Code.SUCCESS).write(0);
                    assertThat(bus.hasStatus(PageRequestInterface.UNEXPECTED_GROUP)).isFalse();
                    assertThat(bus.respond(PASID, 0, Code.SUCCESS))
                            .isEqualTo("lost-response: page request group 0 of nic is answered twice");
                    assertThat(bus.hasStatus(PageRequestInterface.UNEXPECTED_GROUP)).isTrue();
                }),
                row("10.4.2", "a group outstanding in a broken function",
                        "another is answered", "it takes that for its own",
                        Bus.of(SVA, Misbehaviour.ACCEPTS_UNEXPECTED_RESPONSE), bus -> {
                    bus.leaveAsking(0);
                    assertThat(bus.respond(PASID, 9, Code.SUCCESS)).isNull();
                    assertThat(bus.function.remembers(PASID)).doesNotContain("without a response");
                }));
    }

    static Stream<Arguments> stopping() {
        return Stream.of(
                row("10.4.1.2", "a PASID that is stopped",
                        "its work needs a page", "none is asked for",
                        Bus.of(SVA), bus -> {
                    bus.function.stop(PASID);
                    assertThat(bus.write(0)).isEqualTo(Status.STOPPED);
                    assertThat(bus.sent()).isEmpty();
                    assertThat(bus.pageRequests()).isEmpty();
                }),
                row("10.4.1.2", "a PASID that is stopped",
                        "work of another PASID comes", "it is done",
                        Bus.of(SVA), bus -> {
                    bus.function.program(6, bus.process);
                    bus.agent.map(6, VA, bus.physical(0), RW);
                    bus.function.stop(PASID);
                    assertThat(bus.status(Work.write(6, VA, 8, 1))).isEqualTo(Status.SUCCESS);
                }),
                row("10.4.1.2", "a PASID that was stopped",
                        "it is programmed again", "its work is done",
                        Bus.of(SVA), bus -> {
                    bus.function.stop(PASID);
                    bus.function.program(PASID, bus.process);
                    assertThat(bus.answering(Code.SUCCESS).write(0)).isEqualTo(Status.SUCCESS);
                }),
                row("10.4.1.2", "a broken function",
                        "its PASID is stopped", "it sends all the same",
                        Bus.of(SVA, Misbehaviour.SENDS_AFTER_STOP), bus -> {
                    bus.function.stop(PASID);
                    assertThat(bus.map(0).write(0)).isEqualTo(Status.SUCCESS);
                }),
                row("10.4.1.2", "no Stop Markers, a group outstanding",
                        "the PASID is stopped", "the group is waited for",
                        Bus.of(SVA), bus -> {
                    bus.leaveAsking(0);
                    bus.function.stop(PASID);
                    assertThat(bus.pageRequests()).hasSize(1);
                    assertThat(bus.function.remembers(PASID)).contains("page request group 0 without a response");
                }),
                row("10.4.1.2.1", "Stop Markers, a group outstanding",
                        "the PASID is stopped", "one follows, with L = 1, W = R = 0",
                        Bus.of(MARKERS), bus -> {
                    bus.leaveAsking(0);
                    bus.function.stop(PASID);
                    PageRequest marker = bus.pageRequests().get(1);
                    assertThat(marker).isEqualTo(new PageRequest(0x100, PASID, 0, 0, 0, false, true));
                    assertThat(marker.isStopMarker()).isTrue();
                }),
                row("10.4.1.2.1", "Stop Markers, nothing outstanding",
                        "the PASID is stopped", "none is sent",
                        Bus.of(MARKERS), bus -> {
                    bus.function.stop(PASID);
                    assertThat(bus.pageRequests()).isEmpty();
                }),
                row("10.4.1.2.1", "Stop Markers, another PASID's group outstanding",
                        "the PASID is stopped", "none is sent",
                        Bus.of(MARKERS), bus -> {
                    bus.leaveAsking(0);
                    bus.function.stop(6);
                    assertThat(bus.pageRequests()).hasSize(1);
                }),
                row("10.4.1.2.1", "a Stop Marker sent",
                        "the response to its stale group comes", "it is expected, and frees its credit",
                        Bus.of(MARKERS), bus -> {
                    bus.leaveAsking(0);
                    bus.function.stop(PASID);
                    bus.function.writePageRequestControl(0);
                    assertThat(bus.hasStatus(PageRequestInterface.STOPPED)).isFalse();
                    assertThat(bus.respond(PASID, 0, Code.SUCCESS)).isNull();
                    assertThat(bus.hasStatus(PageRequestInterface.UNEXPECTED_GROUP)).isFalse();
                    assertThat(bus.hasStatus(PageRequestInterface.STOPPED)).isTrue();
                }));
    }

    static Stream<Arguments> registers() {
        return Stream.of(
                row("10.5.2.2", "an interface that is not enabled",
                        "a page is not there", "none is asked for",
                        Bus.of(SVA), bus -> {
                    bus.function.writePageRequestControl(0);
                    assertThat(bus.write(0)).isEqualTo(Status.PAGE_FAULT);
                    assertThat(bus.pageRequests()).isEmpty();
                }),
                row("10.5.2.2", "an interface that is disabled, a group outstanding",
                        "Reset is written", "it is forgotten",
                        Bus.of(SVA), bus -> {
                    bus.leaveAsking(0);
                    bus.function.writePageRequestControl(0);
                    bus.function.writePageRequestControl(PageRequestInterface.RESET);
                    assertThat(bus.hasStatus(PageRequestInterface.STOPPED)).isTrue();
                }),
                row("10.5.2.2", "an interface that is enabled, a group outstanding",
                        "Reset is written", "nothing happens",
                        Bus.of(SVA), bus -> {
                    bus.leaveAsking(0);
                    bus.function.writePageRequestControl(PageRequestInterface.ENABLE | PageRequestInterface.RESET);
                    assertThat(bus.function.remembers(PASID)).contains("without a response");
                    assertThat(bus.function.readPageRequestControl()).isEqualTo(PageRequestInterface.ENABLE);
                }),
                row("10.5.2.2", "a status flag that is set",
                        "the interface is enabled", "it is cleared",
                        Bus.of(SVA), bus -> {
                    bus.respond(PASID, 3, Code.SUCCESS);
                    bus.function.writePageRequestControl(0);
                    assertThat(bus.hasStatus(PageRequestInterface.UNEXPECTED_GROUP)).isTrue();
                    bus.function.writePageRequestControl(PageRequestInterface.ENABLE);
                    assertThat(bus.hasStatus(PageRequestInterface.UNEXPECTED_GROUP)).isFalse();
                }),
                row("10.5.2.3", "an unexpected index",
                        "1 is written to the flag", "it is cleared; writing 0 leaves it",
                        Bus.of(SVA), bus -> {
                    bus.respond(PASID, 3, Code.SUCCESS);
                    bus.function.writePageRequestStatus(0);
                    assertThat(bus.hasStatus(PageRequestInterface.UNEXPECTED_GROUP)).isTrue();
                    bus.function.writePageRequestStatus(PageRequestInterface.UNEXPECTED_GROUP);
                    assertThat(bus.hasStatus(PageRequestInterface.UNEXPECTED_GROUP)).isFalse();
                }),
                row("10.5.2.3", "an interface",
                        "it is enabled", "Stopped is clear",
                        Bus.of(SVA), bus ->
                    assertThat(bus.hasStatus(PageRequestInterface.STOPPED)).isFalse()),
                row("10.5.2.3", "a group outstanding",
                        "the interface is disabled", "Stopped is set with the response",
                        Bus.of(SVA), bus -> {
                    bus.leaveAsking(0);
                    bus.function.writePageRequestControl(0);
                    assertThat(bus.hasStatus(PageRequestInterface.STOPPED)).isFalse();
                    bus.respond(PASID, 0, Code.SUCCESS);
                    assertThat(bus.hasStatus(PageRequestInterface.STOPPED)).isTrue();
                }),
                row("10.5.2.4", "a capacity of 2",
                        "three pages are not there", "two are asked for",
                        Bus.of(SVA.withPageRequestCapacity(2)), bus -> {
                    bus.leaveAsking(bus.engine, Work.write(PASID, VA, 0x3000, 1));
                    assertThat(bus.pageRequests()).hasSize(2);
                    assertThat(bus.pageRequests().getLast().last()).isTrue();
                }),
                row("10.5.2.5", "an allocation of 1",
                        "a page is asked for while one is outstanding", "that waits",
                        Bus.of(SVA), bus -> {
                    bus.function.writePageRequestAllocation(1);
                    bus.leaveAsking(bus.engine, Work.read(PASID, VA, 8));
                    bus.leaveAsking(bus.other, Work.read(PASID, VA, 8));
                    assertThat(bus.pageRequests()).hasSize(1);
                }),
                row("10.5.2.5", "an allocation of 0",
                        "a page is not there", "none is asked for",
                        Bus.of(SVA), bus -> {
                    bus.function.writePageRequestAllocation(0);
                    assertThat(bus.write(0)).isEqualTo(Status.PAGE_FAULT);
                    assertThat(bus.pageRequests()).isEmpty();
                }));
    }
}
