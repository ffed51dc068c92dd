package org.svalinn.machine.pcie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.svalinn.machine.pcie.Bus.PASID;
import static org.svalinn.machine.pcie.Bus.VA;
import static org.svalinn.machine.pcie.Capabilities.ATS_ONLY;
import static org.svalinn.machine.pcie.Capabilities.UNTRANSLATED;
import static org.svalinn.machine.pcie.Clause.row;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.InvalidationRequest;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.PageState;

/** Address Translation Services: PCI Express Base Specification 6.0, 10.1 to 10.3 and 10.5.1, clause by clause. */
class AtsClausesTest {
    private static final int ENABLE = 1 << 15;

    @ParameterizedTest(name = "{0}: given {1}, when {2}, then {3}")
    @MethodSource({"requests", "completions", "invalidations", "scopes", "registers"})
    void clause(String clause, String given, String when, String then, Bus bus, Consumer<Bus> test) {
        test.accept(bus);
    }

    static Stream<Arguments> requests() {
        return Stream.of(
                row("10.1.1", "a function without ATS",
                        "it reads", "its request is untranslated",
                        Bus.of(UNTRANSLATED), bus -> {
                    bus.map(0).read(0);
                    assertThat(bus.sent()).containsExactly("UNTRANSLATED PASID 5 r-- 0x40000000");
                }),
                row("10.1.1", "a function whose ATS is not enabled",
                        "it reads", "its request is untranslated",
                        Bus.of(ATS_ONLY), bus -> {
                    bus.function.writeAtsControl(0);
                    bus.map(0).read(0);
                    assertThat(bus.sent()).containsExactly("UNTRANSLATED PASID 5 r-- 0x40000000");
                }),
                row("10.1.1", "an empty ATC",
                        "it reads", "it asks for a translation and then uses it",
                        Bus.of(ATS_ONLY), bus -> {
                    bus.map(0);
                    assertThat(bus.status(Work.read(PASID, VA + 0x128, 8))).isEqualTo(Status.SUCCESS);
                    assertThat(bus.sent())
                            .containsExactly(
                                    "TRANSLATION_REQUEST PASID 5 r-- 0x40000000",
                                    "TRANSLATED r-- 0x" + Long.toHexString(bus.physical(0) + 0x128));
                }),
                row("10.1.1", "a translation in the ATC",
                        "it reads again", "no translation is asked for",
                        Bus.of(ATS_ONLY), bus -> {
                    bus.map(0).read(0);
                    bus.sent();
                    bus.read(0);
                    assertThat(bus.sent()).containsExactly("TRANSLATED r-- 0x" + Long.toHexString(bus.physical(0)));
                }),
                row("10.2.1", "an agent that takes no translated requests of it",
                        "it reads", "the request fails",
                        Bus.of(ATS_ONLY), bus -> {
                    bus.agent.refusesTranslated = true;
                    assertThat(bus.map(0).read(0)).isEqualTo(Status.UNSUPPORTED_REQUEST);
                }),
                row("10.2.2.4", "4 KiB as Smallest Translation Unit",
                        "it reads inside a page", "bits 11:0 of the request are 0",
                        Bus.of(ATS_ONLY), bus -> {
                    bus.map(0);
                    bus.status(Work.read(PASID, VA + 0xff8, 8));
                    assertThat(bus.sent()).contains("TRANSLATION_REQUEST PASID 5 r-- 0x40000000");
                }),
                row("10.2.2.5", "a read-only translation in the ATC",
                        "it writes", "it asks again, for write access",
                        Bus.of(ATS_ONLY), bus -> {
                    bus.map(0, Access.READ).read(0);
                    bus.map(0);
                    bus.sent();
                    assertThat(bus.write(0)).isEqualTo(Status.SUCCESS);
                    assertThat(bus.sent()).contains("TRANSLATION_REQUEST PASID 5 -w- 0x40000000");
                }),
                row("6.15", "a page",
                        "it makes an AtomicOp", "the translation is asked for reading and writing",
                        Bus.of(ATS_ONLY), bus -> {
                    bus.map(0).status(Work.fetchAdd(PASID, VA, 8, 1));
                    assertThat(bus.sent()).contains("TRANSLATION_REQUEST PASID 5 rw- 0x40000000");
                }));
    }

    static Stream<Arguments> completions() {
        return Stream.of(
                row("10.2.3", "an agent without ATS",
                        "it answers Unsupported Request", "the ATC is off from then on",
                        Bus.of(ATS_ONLY), bus -> {
                    bus.map(0).map(1).read(1);
                    bus.refusing(Transaction.Outcome.ABORTED);
                    assertThat(bus.read(0)).isEqualTo(Status.UNSUPPORTED_REQUEST);
                    bus.sent();
                    assertThat(bus.read(1)).isEqualTo(Status.SUCCESS);
                    assertThat(bus.sent()).containsExactly("UNTRANSLATED PASID 5 r-- 0x40001000");
                }),
                row("10.2.3", "an ATC that is off",
                        "software enables ATS anew", "it asks for translations again",
                        Bus.of(ATS_ONLY), bus -> {
                    bus.map(0).refusing(Transaction.Outcome.ABORTED).read(0);
                    bus.agent.refusesTranslations = null;
                    bus.function.writeAtsControl(0);
                    bus.function.writeAtsControl(ENABLE);
                    bus.sent();
                    bus.read(0);
                    assertThat(bus.translationRequests()).isEqualTo(1);
                }),
                row("10.2.3", "a translation in the ATC",
                        "another request gets Completer Abort", "only that one fails",
                        Bus.of(ATS_ONLY), bus -> {
                    bus.map(0).map(1).read(1);
                    bus.refusing(Transaction.Outcome.COMPLETER_ABORT);
                    assertThat(bus.read(0)).isEqualTo(Status.COMPLETER_ABORT);
                    bus.sent();
                    assertThat(bus.read(1)).isEqualTo(Status.SUCCESS);
                    assertThat(bus.sent()).allMatch(line -> line.startsWith("TRANSLATED"));
                }),
                row("10.2.3.2", "a translation of 2 MiB",
                        "it reads elsewhere in these", "none is asked for",
                        Bus.of(ATS_ONLY), bus -> {
                    huge(bus);
                    bus.status(Work.read(PASID, VA, 8));
                    bus.sent();
                    assertThat(bus.status(Work.read(PASID, VA + 0x1f_f000, 8))).isEqualTo(Status.SUCCESS);
                    assertThat(bus.translationRequests()).isZero();
                }),
                row("10.2.3.2", "a translation of 2 MiB",
                        "it reads right after these", "one is asked for",
                        Bus.of(ATS_ONLY), bus -> {
                    huge(bus);
                    bus.status(Work.read(PASID, VA, 8));
                    bus.sent();
                    assertThat(bus.status(Work.read(PASID, VA + 0x20_0000, 8))).isEqualTo(Status.PAGE_FAULT);
                    assertThat(bus.translationRequests()).isEqualTo(1);
                }),
                row("10.2.3.5", "nothing mapped",
                        "the completion has R = W = 0", "no memory request is made, and nothing cached",
                        Bus.of(ATS_ONLY), bus -> {
                    assertThat(bus.read(0)).isEqualTo(Status.PAGE_FAULT);
                    assertThat(bus.sent()).hasSize(1);
                    assertThat(bus.map(0).read(0)).isEqualTo(Status.SUCCESS);
                }),
                row("10.2.3.5", "a page mapped for reading",
                        "the completion has W = 0", "no write is made",
                        Bus.of(ATS_ONLY), bus -> {
                    assertThat(bus.map(0, Access.READ).write(0)).isEqualTo(Status.PAGE_FAULT);
                    assertThat(bus.sent()).hasSize(1);
                }),
                row("10.1", "an ATC of two ways",
                        "a third page is used", "the oldest translation is replaced",
                        Bus.of(ATS_ONLY.withAtcWays(2)), bus -> {
                    bus.map(0).map(1).map(2);
                    bus.read(0);
                    bus.read(1);
                    bus.read(2);
                    bus.sent();
                    bus.read(1);
                    bus.read(2);
                    assertThat(bus.translationRequests()).isZero();
                    bus.read(0);
                    assertThat(bus.translationRequests()).isEqualTo(1);
                }),
                row("10.1.1", "a Translation Request under way",
                        "an Invalidate Request overtakes its completion", "that is discarded",
                        Bus.of(ATS_ONLY), bus -> {
                    overtake(bus);
                    assertThat(bus.read(0)).isEqualTo(Status.SUCCESS);
                    assertThat(bus.translationRequests()).isEqualTo(2);
                }),
                row("10.1.1", "the same in a broken function",
                        "it is overtaken", "it is used",
                        Bus.of(ATS_ONLY, Misbehaviour.USES_OVERTAKEN_TRANSLATION), bus -> {
                    overtake(bus);
                    bus.read(0);
                    assertThat(bus.translationRequests()).isEqualTo(1);
                }),
                row("10.1.1", "a Translation Request under way",
                        "an Invalidate Request of another PASID comes", "it is used",
                        Bus.of(ATS_ONLY), bus -> {
                    InvalidationRequest others = new InvalidationRequest(6, VA, 12, false, 1);
                    bus.map(0).agent.duringTranslation = () -> bus.function.invalidate(others);
                    bus.read(0);
                    assertThat(bus.translationRequests()).isEqualTo(1);
                }));
    }

    /** While the first translation is on its way, its page is invalidated. */
    private static void overtake(Bus bus) {
        bus.map(0).agent.duringTranslation = () -> {
            bus.agent.duringTranslation = () -> {};
            bus.function.invalidate(new InvalidationRequest(PASID, VA, 12, false, 1));
        };
    }

    /** 2 MiB of the process at VA. */
    private static void huge(Bus bus) {
        long physical = bus.machine.ram().allocate(PageState.USER, bus.process, 512);
        bus.agent.map(PASID, VA, physical, 21, Access.READ | Access.WRITE);
    }

    static Stream<Arguments> invalidations() {
        return Stream.of(
                row("10.3.1", "two translations in the ATC",
                        "one page is invalidated", "that one is asked for again",
                        Bus.of(ATS_ONLY), bus -> {
                    both(bus);
                    assertThat(bus.invalidate(0)).isTrue();
                    bus.read(0);
                    assertThat(bus.translationRequests()).isEqualTo(1);
                }),
                row("10.3.1", "two translations in the ATC",
                        "one page is invalidated", "the other stays",
                        Bus.of(ATS_ONLY), bus -> {
                    both(bus);
                    bus.invalidate(0);
                    bus.read(1);
                    assertThat(bus.translationRequests()).isZero();
                }),
                row("10.3.1", "two translations in the ATC",
                        "8 KiB are invalidated", "both are gone",
                        Bus.of(ATS_ONLY), bus -> {
                    both(bus);
                    bus.invalidate(PASID, VA, 13, false);
                    bus.read(0);
                    bus.read(1);
                    assertThat(bus.translationRequests()).isEqualTo(2);
                }),
                row("10.3.1", "two translations in the ATC",
                        "everything is invalidated", "both are gone",
                        Bus.of(ATS_ONLY), bus -> {
                    both(bus);
                    bus.invalidate(PASID, 0, InvalidationRequest.EVERYTHING, false);
                    assertThat(bus.function.remembers(PASID)).isEmpty();
                }),
                row("10.3.1", "a translation of 2 MiB",
                        "4 KiB of it are invalidated", "all of it is gone",
                        Bus.of(ATS_ONLY), bus -> {
                    huge(bus);
                    bus.status(Work.read(PASID, VA, 8));
                    bus.invalidate(PASID, VA + 0x3000, 12, false);
                    assertThat(bus.function.remembers(PASID)).isEmpty();
                }),
                row("10.3.2", "any tag",
                        "a request with it is processed", "the completion has its bit, and no other",
                        Bus.of(ATS_ONLY), bus -> {
                    for (int tag = 0; tag < 32; tag++) {
                        bus.agent.completed = 0;
                        bus.function.invalidate(new InvalidationRequest(PASID, VA, 12, false, tag));
                        assertThat(bus.agent.completed).isEqualTo(1 << tag);
                    }
                }),
                row("10.3.2", "a function without ATS",
                        "it gets an Invalidate Request", "no completion ever comes",
                        Bus.of(UNTRANSLATED), bus ->
                    assertThat(bus.invalidate(0)).isFalse()),
                row("10.3.2", "a function whose ATS is not enabled",
                        "it gets an Invalidate Request", "it completes it",
                        Bus.of(ATS_ONLY), bus -> {
                    bus.function.writeAtsControl(0);
                    assertThat(bus.invalidate(0)).isTrue();
                }),
                row("10.3.2", "a broken function that ignores it",
                        "it gets an Invalidate Request", "the time-out runs out",
                        Bus.of(ATS_ONLY, Misbehaviour.IGNORES_INVALIDATION), bus -> {
                    both(bus);
                    assertThat(bus.invalidate(0)).isFalse();
                    assertThat(bus.function.remembers(PASID)).startsWith("2 translations in the ATC");
                }),
                row("10.3.2", "a broken function that is late",
                        "it gets an Invalidate Request", "the completion comes after the time-out",
                        Bus.of(ATS_ONLY, Misbehaviour.COMPLETES_INVALIDATION_LATE), bus -> {
                    assertThat(bus.invalidate(0)).isFalse();
                    assertThat(bus.agent.lateCompletions).isEqualTo(1 << 3);
                }),
                row("10.3.3", "a message not yet processed",
                        "it reads", "the old translation is still used",
                        Bus.of(ATS_ONLY), bus -> {
                    both(bus);
                    bus.function.hold(true);
                    bus.function.invalidate(new InvalidationRequest(PASID, VA, 12, false, 0));
                    bus.read(0);
                    assertThat(bus.translationRequests()).isZero();
                    assertThat(bus.agent.completed).isZero();
                    bus.function.processMessage();
                    assertThat(bus.agent.completed).isEqualTo(1);
                    bus.read(0);
                    assertThat(bus.translationRequests()).isEqualTo(1);
                }),
                row("10.3.5", "Invalidate Queue Depth 2",
                        "a third request comes before one is processed", "the link holds it back",
                        Bus.of(ATS_ONLY.withInvalidateQueueDepth(2)), bus -> {
                    bus.function.hold(true);
                    bus.function.invalidate(new InvalidationRequest(PASID, VA, 12, false, 0));
                    bus.function.invalidate(new InvalidationRequest(PASID, VA, 12, false, 1));
                    assertThatThrownBy(() -> bus.function.invalidate(new InvalidationRequest(PASID, VA, 12, false, 2)))
                            .hasMessageContaining("would wait for ever");
                    bus.function.processMessage();
                    bus.function.invalidate(new InvalidationRequest(PASID, VA, 12, false, 2));
                }),
                row("10.3.6", "two requests not yet processed",
                        "they are processed", "in the order in which they came",
                        Bus.of(ATS_ONLY), bus -> {
                    bus.function.hold(true);
                    bus.function.invalidate(new InvalidationRequest(PASID, VA, 12, false, 7));
                    bus.function.invalidate(new InvalidationRequest(PASID, VA, 12, false, 4));
                    bus.function.processMessage();
                    assertThat(bus.agent.completed).isEqualTo(1 << 7);
                }),
                row("10.3.7", "translations in the ATC",
                        "ATS is turned off and on", "they are gone",
                        Bus.of(ATS_ONLY), bus -> {
                    both(bus);
                    bus.function.writeAtsControl(0);
                    bus.function.writeAtsControl(ENABLE);
                    assertThat(bus.function.remembers(PASID)).isEmpty();
                }),
                row("10.3.7", "translations in the ATC",
                        "ATS, which is on, is turned on", "they stay",
                        Bus.of(ATS_ONLY), bus -> {
                    both(bus);
                    bus.function.writeAtsControl(ENABLE);
                    assertThat(bus.function.remembers(PASID)).startsWith("2 translations");
                }));
    }

    /** Two pages in the ATC. */
    private static void both(Bus bus) {
        bus.map(0).map(1);
        bus.read(0);
        bus.read(1);
        bus.sent();
    }

    static Stream<Arguments> scopes() {
        return Stream.of(
                row("10.3.8", "translations of PASIDs 5 and 69, which share a set",
                        "69 is invalidated", "5 stays",
                        Bus.of(ATS_ONLY), bus -> {
                    pasids(bus, 69);
                    bus.invalidate(69, VA, 12, false);
                    assertThat(bus.function.remembers(69)).isEmpty();
                    assertThat(bus.function.remembers(PASID)).isNotEmpty();
                }),
                row("10.3.8", "translations of a PASID and of none",
                        "a request without PASID comes", "the PASID's stays",
                        Bus.of(ATS_ONLY), bus -> {
                    pasids(bus, Transaction.NO_PASID);
                    bus.invalidate(Transaction.NO_PASID, VA, 12, false);
                    assertThat(bus.function.remembers(Transaction.NO_PASID)).isEmpty();
                    assertThat(bus.function.remembers(PASID)).isNotEmpty();
                }),
                row("10.3.8", "translations of two PASIDs and of none",
                        "a Global Invalidate comes", "both PASIDs' are gone, the other stays",
                        Bus.of(ATS_ONLY), bus -> {
                    pasids(bus, 6);
                    pasids(bus, Transaction.NO_PASID);
                    bus.invalidate(PASID, VA, 12, true);
                    assertThat(bus.function.remembers(PASID)).isEmpty();
                    assertThat(bus.function.remembers(6)).isEmpty();
                    assertThat(bus.function.remembers(Transaction.NO_PASID)).isNotEmpty();
                }),
                row("10.3.8", "a function without Global Invalidate",
                        "one comes", "it is for its own PASID",
                        Bus.of(ATS_ONLY.withGlobalInvalidate(false)), bus -> {
                    pasids(bus, 6);
                    bus.invalidate(PASID, VA, 12, true);
                    assertThat(bus.function.remembers(PASID)).isEmpty();
                    assertThat(bus.function.remembers(6)).isNotEmpty();
                }),
                row("10.3.8", "translations of two PASIDs",
                        "a Global Invalidate of another page comes", "both stay",
                        Bus.of(ATS_ONLY), bus -> {
                    pasids(bus, 6);
                    bus.invalidate(PASID, VA + 0x1000, 12, true);
                    assertThat(bus.function.remembers(PASID)).isNotEmpty();
                    assertThat(bus.function.remembers(6)).isNotEmpty();
                }));
    }

    /** The first page in the ATC, for the PASID and for another, or none. */
    private static void pasids(Bus bus, int another) {
        bus.map(0).read(0);
        if (another >= 0) {
            bus.function.program(another, bus.process);
        }
        bus.agent.map(another, VA, bus.physical(0), Access.READ);
        assertThat(bus.status(Work.read(another, VA, 8))).isEqualTo(Status.SUCCESS);
    }

    static Stream<Arguments> registers() {
        return Stream.of(
                row("10.5.1.3", "ATS enabled",
                        "Smallest Translation Unit is written", "it keeps its value",
                        Bus.of(ATS_ONLY), bus -> {
                    bus.function.writeAtsControl(ENABLE | 3);
                    assertThat(bus.function.readAtsControl()).isEqualTo(ENABLE);
                }),
                row("10.5.1.3", "8 KiB as Smallest Translation Unit",
                        "it reads", "it asks for 8 KiB",
                        Bus.of(ATS_ONLY), bus -> {
                    bus.function.writeAtsControl(0);
                    bus.function.writeAtsControl(ENABLE | 1);
                    bus.map(0).map(1).read(1);
                    assertThat(bus.sent()).contains("TRANSLATION_REQUEST PASID 5 r-- 0x40000000");
                }),
                row("10.5.1.3", "8 KiB as Smallest Translation Unit",
                        "the agent answers with 4 KiB", "that is no translation of it",
                        Bus.of(ATS_ONLY), bus -> {
                    bus.function.writeAtsControl(0);
                    bus.function.writeAtsControl(ENABLE | 1);
                    assertThat(bus.map(0).map(1).read(1)).isEqualTo(Status.COMPLETER_ABORT);
                }));
    }
}
