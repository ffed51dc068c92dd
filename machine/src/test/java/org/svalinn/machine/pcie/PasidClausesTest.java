package org.svalinn.machine.pcie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.svalinn.machine.pcie.Bus.PASID;
import static org.svalinn.machine.pcie.Bus.VA;
import static org.svalinn.machine.pcie.Capabilities.ATS_ONLY;
import static org.svalinn.machine.pcie.Capabilities.SVA;
import static org.svalinn.machine.pcie.Capabilities.UNTRANSLATED;
import static org.svalinn.machine.pcie.Clause.row;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.InvalidationRequest;
import org.svalinn.machine.iommu.PageResponse.Code;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.iommu.UnsupportedFeature;

/**
 * PASIDs and what ends their use: PCI Express Base Specification 6.0, 6.20, 7.8.9, 6.6.2 and 6.7; and ENQCMD, of the
 * Intel SDM volume 2.
 */
class PasidClausesTest {
    private static final int RW = Access.READ | Access.WRITE;

    @ParameterizedTest(name = "{0}: given {1}, when {2}, then {3}")
    @MethodSource({"pasids", "enqueuing", "resets", "removal", "memories"})
    void clause(String clause, String given, String when, String then, Bus bus, Consumer<Bus> test) {
        test.accept(bus);
    }

    static Stream<Arguments> pasids() {
        return Stream.of(
                row("6.20.2", "PASIDs not enabled",
                        "work has one", "nothing is sent",
                        Bus.of(UNTRANSLATED), bus -> {
                    bus.map(0).function.writePasidControl(0);
                    assertThat(bus.read(0)).isEqualTo(Status.REFUSED);
                    assertThat(bus.sent()).isEmpty();
                }),
                row("6.20.2", "PASIDs not enabled",
                        "work has none", "it is done without",
                        Bus.of(UNTRANSLATED), bus -> {
                    bus.function.writePasidControl(0);
                    bus.agent.map(Transaction.NO_PASID, VA, bus.physical(0), RW);
                    assertThat(bus.status(Work.read(Transaction.NO_PASID, VA, 8))).isEqualTo(Status.SUCCESS);
                    assertThat(bus.sent()).containsExactly("UNTRANSLATED r-- 0x40000000");
                }),
                row("7.8.9.2", "a Max PASID Width of 2 bits",
                        "work has PASID 3", "it is done",
                        Bus.of(SVA.withPasidWidth(2)), bus -> {
                    bus.agent.map(3, VA, bus.physical(0), RW);
                    assertThat(bus.status(Work.read(3, VA, 8))).isEqualTo(Status.SUCCESS);
                }),
                row("7.8.9.2", "a Max PASID Width of 2 bits",
                        "work has PASID 4", "nothing is sent",
                        Bus.of(SVA.withPasidWidth(2)), bus -> {
                    bus.agent.map(4, VA, bus.physical(0), RW);
                    assertThat(bus.status(Work.read(4, VA, 8))).isEqualTo(Status.REFUSED);
                    assertThat(bus.sent()).isEmpty();
                }),
                row("7.8.9.3", "ATS enabled",
                        "PASID Enable is changed", "that is refused",
                        Bus.of(SVA), bus ->
                    assertThatThrownBy(() -> bus.function.writePasidControl(0))
                            .isInstanceOf(UnsupportedFeature.class)
                            .hasMessageContaining("7.8.9.3")),
                row("7.8.9.3", "Privileged Mode not enabled",
                        "work is privileged", "nothing is sent",
                        Bus.of(UNTRANSLATED), bus -> {
                    bus.map(0).function.writePasidControl(1);
                    assertThat(bus.status(Work.read(PASID, VA, 8).inPrivilegedMode())).isEqualTo(Status.REFUSED);
                }),
                row("6.20.2.3", "Privileged Mode enabled",
                        "work is privileged", "its requests are",
                        Bus.of(SVA), bus -> {
                    bus.map(0).status(Work.read(PASID, VA, 8).inPrivilegedMode());
                    assertThat(bus.sent().getFirst())
                            .isEqualTo("TRANSLATION_REQUEST PASID 5 privileged r-- 0x40000000");
                }),
                row("6.20.2.3", "a translation for privileged mode",
                        "work of a user needs it", "another is asked for",
                        Bus.of(SVA), bus -> {
                    bus.map(0).status(Work.read(PASID, VA, 8).inPrivilegedMode());
                    bus.sent();
                    bus.read(0);
                    assertThat(bus.translationRequests()).isEqualTo(1);
                }));
    }

    static Stream<Arguments> enqueuing() {
        long[] command = Work.write(9, VA, 8, 0x77).encode();
        return Stream.of(
                row("ENQCMD", "a task with PASID 5",
                        "its command says 9", "it is done with 5",
                        Bus.of(SVA), bus -> {
                    bus.map(0);
                    Job job = new Portal(bus.engine).enqcmd(PasidRegister.of(PASID), command);
                    bus.engine.execute();
                    assertThat(job).isNotNull().extracting(Job::status).isEqualTo(Status.SUCCESS);
                    assertThat(bus.load(0)).isEqualTo(0x77);
                    assertThat(bus.sent().getFirst()).contains("PASID 5");
                }),
                row("ENQCMD", "a task with PASID 5",
                        "its command says privileged", "it is done as a user's",
                        Bus.of(SVA), bus -> {
                    bus.map(0);
                    long[] privileged = Work.write(9, VA, 8, 1).inPrivilegedMode().encode();
                    new Portal(bus.engine).enqcmd(PasidRegister.of(PASID), privileged);
                    bus.engine.execute();
                    assertThat(bus.sent().getFirst()).doesNotContain("privileged");
                }),
                row("ENQCMD", "a task without a PASID",
                        "it enqueues", "it gets #GP, and the queue is empty",
                        Bus.of(SVA), bus -> {
                    assertThatThrownBy(() -> new Portal(bus.engine).enqcmd(new PasidRegister(), command))
                            .isInstanceOf(GeneralProtection.class)
                            .hasMessageContaining("PASID Valid");
                    assertThat(bus.engine.hasWork()).isFalse();
                }),
                row("ENQCMD", "a full queue",
                        "a task enqueues", "it is told to retry",
                        Bus.of(SVA), bus -> {
                    Portal portal = new Portal(bus.function.engine(new Mover(), 1));
                    assertThat(portal.enqcmd(PasidRegister.of(PASID), command)).isNotNull();
                    assertThat(portal.enqcmd(PasidRegister.of(PASID), command)).isNull();
                }),
                row("ENQCMDS", "the kernel",
                        "its command says 9 and privileged", "it is done so",
                        Bus.of(SVA), bus -> {
                    bus.agent.map(9, VA, bus.physical(0), RW);
                    long[] supervisors = command.clone();
                    supervisors[0] = Portal.header(command[0], 9, true);
                    new Portal(bus.engine).enqcmds(supervisors);
                    bus.engine.execute();
                    assertThat(bus.sent().getFirst())
                            .isEqualTo("TRANSLATION_REQUEST PASID 9 privileged -w- 0x40000000");
                }),
                row("ENQCMDS", "the kernel",
                        "bits 30:20 of its command are not 0", "it gets #GP",
                        Bus.of(SVA), bus -> {
                    long[] wrong = command.clone();
                    wrong[0] |= 1 << 20;
                    assertThatThrownBy(() -> new Portal(bus.engine).enqcmds(wrong))
                            .isInstanceOf(GeneralProtection.class);
                }),
                row("IA32_PASID", "the register",
                        "a reserved bit is written", "that is #GP, and it keeps its value",
                        Bus.of(SVA), bus -> {
                    PasidRegister register = PasidRegister.of(7);
                    assertThatThrownBy(() -> register.write(1 << 20)).isInstanceOf(GeneralProtection.class);
                    assertThat(register.read()).isEqualTo(0x8000_0007L);
                    assertThat(register.pasid()).isEqualTo(7);
                }),
                row("ENQCMD", "any work",
                        "it is encoded and decoded", "it is the same",
                        Bus.of(SVA), bus -> {
                    Work work = new Work(6, 0xfffff, true, VA, 16, -1, 2, -3, 4, VA + 8, true);
                    assertThat(Work.decode(work.encode())).isEqualTo(work);
                    Work none = Work.read(Transaction.NO_PASID, VA, 8);
                    assertThat(Work.decode(none.encode())).isEqualTo(none);
                }));
    }

    static Stream<Arguments> resets() {
        return Stream.of(
                row("6.6.2", "everything enabled",
                        "the function is reset", "nothing is",
                        Bus.of(SVA), bus -> {
                    bus.function.reset();
                    assertThat(bus.function.readAtsControl()).isZero();
                    assertThat(bus.function.readPasidControl()).isZero();
                    assertThat(bus.function.readPageRequestControl()).isZero();
                    assertThat(bus.function.readPageRequestAllocation()).isZero();
                    assertThat(bus.hasStatus(PageRequestInterface.STOPPED)).isTrue();
                }),
                row("6.6.2", "translations in the ATC",
                        "the function is reset", "they are gone (10.3.7)",
                        Bus.of(SVA), bus -> {
                    bus.map(0).read(0);
                    bus.function.reset();
                    assertThat(bus.function.remembers(PASID)).isEmpty();
                }),
                row("6.6.2", "work in the queue",
                        "the function is reset", "it is never done",
                        Bus.of(SVA), bus -> {
                    Job job = bus.map(0).engine.submit(Work.write(PASID, VA, 8, 1));
                    bus.function.reset();
                    assertThat(job).isNotNull().extracting(Job::status).isEqualTo(Status.RESET);
                    assertThat(bus.engine.hasWork()).isFalse();
                }),
                row("6.6.2", "a group outstanding",
                        "its response comes after a reset", "it reaches nothing, and is no violation",
                        Bus.of(SVA), bus -> {
                    bus.leaveAsking(0);
                    bus.function.reset();
                    assertThat(bus.respond(PASID, 0, Code.SUCCESS)).isNull();
                    assertThat(bus.hasStatus(PageRequestInterface.UNEXPECTED_GROUP)).isTrue();
                }),
                row("6.6.2", "an Invalidate Request taken in",
                        "the function is reset before it is processed", "it is never completed",
                        Bus.of(SVA), bus -> {
                    bus.function.hold(true);
                    bus.function.invalidate(new InvalidationRequest(PASID, VA, 12, false, 0));
                    bus.function.reset();
                    bus.function.processMessage();
                    assertThat(bus.agent.completed).isZero();
                    assertThat(bus.agent.timedOut).isEqualTo(1);
                }),
                row("6.6.2", "a function that was reset",
                        "it is enabled and programmed anew", "it does work",
                        Bus.of(SVA), bus -> {
                    bus.function.reset();
                    bus.function.enable().program(PASID, bus.process);
                    assertThat(bus.map(0).write(0)).isEqualTo(Status.SUCCESS);
                }),
                row("6.6.2", "a Translation Request under way",
                        "the function is reset", "its completion comes back to nobody",
                        Bus.of(SVA), bus -> {
                    bus.map(0).agent.duringTranslation = bus.function::reset;
                    assertThat(bus.read(0)).isEqualTo(Status.RESET);
                    assertThat(bus.function.remembers(PASID)).isEmpty();
                }));
    }

    static Stream<Arguments> removal() {
        return Stream.of(
                row("6.7", "a function",
                        "it is removed", "its requests are not sent",
                        Bus.of(SVA), bus -> {
                    bus.map(0).function.remove();
                    assertThat(bus.read(0)).isEqualTo(Status.REMOVED);
                    assertThat(bus.sent()).isEmpty();
                }),
                row("6.7", "a function that was removed",
                        "an Invalidate Request is sent to it", "the time-out runs out",
                        Bus.of(SVA), bus -> {
                    bus.function.remove();
                    assertThat(bus.invalidate(0)).isFalse();
                }),
                row("6.7", "a group outstanding",
                        "the function is removed and the response comes", "it reaches nothing",
                        Bus.of(SVA), bus -> {
                    bus.leaveAsking(0);
                    bus.function.remove();
                    assertThat(bus.respond(PASID, 0, Code.SUCCESS)).isNull();
                }));
    }

    static Stream<Arguments> memories() {
        return Stream.of(
                row("6.20", "a PASID just programmed",
                        "it is given to another", "nothing remembers it",
                        Bus.of(SVA), bus ->
                    assertThat(bus.machine.reuse(PASID)).isTrue()),
                row("6.20", "a translation in the ATC",
                        "its PASID is given to another", "that is a violation",
                        Bus.of(SVA), bus -> {
                    bus.map(0).read(0);
                    assertReuse(bus, "1 translation in the ATC of PASID 5 in nic");
                }),
                row("6.20", "work in the queue",
                        "its PASID is given to another", "that is a violation",
                        Bus.of(SVA), bus -> {
                    bus.engine.submit(Work.read(PASID, VA, 8));
                    assertReuse(bus, "work in its queue of PASID 5 in nic");
                }),
                row("6.20", "a page request without a response",
                        "its PASID is given to another", "that is a violation",
                        Bus.of(SVA), bus -> {
                    bus.leaveAsking(0);
                    assertReuse(bus, "page request group 0 without a response");
                    assertReuse(bus, "a queued page request");
                }),
                row("6.20", "a response not yet processed",
                        "its PASID is given to another", "that is a violation",
                        Bus.of(SVA), bus -> {
                    bus.leaveAsking(0);
                    bus.function.hold(true);
                    bus.respond(PASID, 0, Code.SUCCESS);
                    assertReuse(bus, "a PRG Response not yet processed");
                }),
                row("6.20", "a request under way",
                        "its PASID is given to another", "that is a violation",
                        Bus.of(ATS_ONLY), bus -> {
                    bus.map(0).agent.duringTranslation = () -> assertReuse(bus, "a request under way of PASID 5");
                    assertThat(bus.read(0)).isEqualTo(Status.SUCCESS);
                }));
    }

    private static void assertReuse(Bus bus, String what) {
        assertThatThrownBy(() -> bus.machine.reuse(PASID))
                .hasMessageStartingWith("pasid-reuse")
                .hasMessageContaining(what);
    }
}
