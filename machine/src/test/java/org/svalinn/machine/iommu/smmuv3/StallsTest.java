package org.svalinn.machine.iommu.smmuv3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.ASID;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CD0;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CD_STALL;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.LEAF;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.SID;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.asid;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.sid;

import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Program;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.Transaction;

@DisplayName("IHI 0070, 3.12.2 and 4.7: stalls, in every order")
class StallsTest {
    private static final long VA = 0x1234_5678_9000L;
    private static final Site SEES = Site.named("software sees an event");

    /**
     * A device faults; software answers as it likes once it sees the event; the test says what becomes of the
     * transaction.
     */
    private static Program stall(BiConsumer<SmmuTestbed, long[]> answer, List<Transaction.Outcome> expected) {
        return run -> {
            SmmuTestbed machine = new SmmuTestbed(SmmuIds.DEFAULT, Steps.of(run)).enable();
            machine.stage1(0);
            long root = machine.table();
            machine.map(root, VA, 0, 3);
            machine.writeCd(1, CD0 | CD_STALL | asid(ASID), root, 0);
            run.spawn("device", () -> {
                Transaction transaction =
                        new Transaction().begin(Transaction.Type.UNTRANSLATED, SID, 1, VA + 8, Access.READ, false);
                machine.smmu.translate(transaction);
                if (!expected.contains(transaction.outcome())) {
                    run.report(new Violation("wrong-outcome", "became " + transaction.outcome(), List.of()));
                }
                machine.smmu.completed(transaction);
            });
            run.spawn("software", () -> {
                waitForEvent(run, machine);
                long[] event = machine.event();
                if ((event[1] & 1L << 31) == 0) {
                    run.report(new Violation("no-stall", "the event does not say Stall", List.of()));
                }
                answer.accept(machine, event);
            });
            run.spawnDaemon("smmu", machine.smmu::serve);
        };
    }

    private static void waitForEvent(Run run, SmmuTestbed machine) {
        run.await(
                Operation.WAIT,
                machine.smmu.registerObject(),
                machine.smmu.registerParts(SmmuTestbed.EVENTQ_PROD),
                () -> machine.smmu.peekRegister(SmmuTestbed.EVENTQ_PROD, 4) != 0,
                SEES);
    }

    private static long tag(long[] event) {
        return event[1] & 0xffff;
    }

    @Test
    @DisplayName("4.7.1 CMD_RESUME, retry: after the page is mapped the transaction goes on")
    void retry() {
        Program program = stall(
                (machine, event) -> {
                    long root = machine.read(machine.contextTable + 64 + 8);
                    machine.map(root, VA, machine.page() | LEAF, 3);
                    machine.put(0x44 | 1 << 12 | sid(SID), tag(event));
                },
                List.of(Transaction.Outcome.GRANTED));
        assertThat(Explorer.of(program).explore()).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    @DisplayName("4.7.1 CMD_RESUME, terminate with abort, and without")
    void terminate() {
        Program abort = stall(
                (machine, event) -> machine.put(0x44 | 1 << 13 | sid(SID), tag(event)),
                        List.of(Transaction.Outcome.ABORTED));
        assertThat(Explorer.of(abort).explore()).isInstanceOf(Verdict.Verified.class);
        Program quiet =
                stall((machine, event) -> machine.put(0x44 | sid(SID), tag(event)),
                        List.of(Transaction.Outcome.IGNORED));
        assertThat(Explorer.of(quiet).explore()).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    @DisplayName("4.7.2 CMD_STALL_TERM: every stalled transaction of the stream aborts")
    void terminateAll() {
        Program program = stall((machine, event) -> machine.put(0x45 | sid(SID), 0),
                List.of(Transaction.Outcome.ABORTED));
        assertThat(Explorer.of(program).explore()).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    @DisplayName("6.3.9.6: disabling the SMMU aborts what is stalled")
    void disabling() {
        Program program = stall((machine, event) -> machine.set(SmmuTestbed.CR0, 0b11110),
                List.of(Transaction.Outcome.ABORTED));
        assertThat(Explorer.of(program).explore()).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    @DisplayName("3.12.2: a transaction that nobody resumes waits for ever: a deadlock")
    void nobodyResumes() {
        Program program = stall((machine, event) -> {}, List.of(Transaction.Outcome.ABORTED));
        Verdict verdict = Explorer.of(program).explore();
        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        assertThat(((Verdict.Violated) verdict).counterexamples().getFirst().violation().check()).isEqualTo("deadlock");
    }

    @Test
    @DisplayName("4.7.1: CMD_RESUME with another STAG or another stream has no effect")
    void resumeOfSomethingElse() {
        Program tag = stall(
                (machine, event) -> machine.put(0x44 | 1 << 13 | sid(SID), tag(event) + 1),
                        List.of(Transaction.Outcome.ABORTED));
        assertThat(Explorer.of(tag).explore()).isInstanceOf(Verdict.Violated.class);
        Program stream = stall(
                (machine, event) -> machine.put(0x44 | 1 << 13 | sid(SID + 1), tag(event)),
                List.of(Transaction.Outcome.ABORTED));
        assertThat(Explorer.of(stream).explore()).isInstanceOf(Verdict.Violated.class);
    }

    @Test
    @DisplayName("4.7.3: CMD_SYNC does not wait for a stalled transaction")
    void syncPassesAStall() {
        Program program = stall(
                (machine, event) -> {
                    machine.put(0x11 | asid(ASID), 0);
                    machine.put(0x46, 0);
                    int done = (int) machine.get(SmmuTestbed.CMDQ_PROD);
                    machine.steps.await(
                            Operation.WAIT,
                            machine.smmu.registerObject(),
                            machine.smmu.registerParts(SmmuTestbed.CMDQ_CONS),
                            () -> machine.smmu.peekRegister(SmmuTestbed.CMDQ_CONS, 4) == done,
                            SEES);
                    machine.put(0x44 | 1 << 13 | sid(SID), tag(event));
                },
                List.of(Transaction.Outcome.ABORTED));
        assertThat(Explorer.of(program).explore()).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    @DisplayName("4.7.2.1, 4.7.3: after CMD_CFGI_CD and CMD_SYNC the stall events of what was affected are in the "
            + "queue")
    void syncShowsStallEvents() {
        Program program = run -> {
            SmmuTestbed machine = new SmmuTestbed(SmmuIds.DEFAULT, Steps.of(run)).enable();
            machine.stage1(0);
            machine.writeCd(1, CD0 | CD_STALL | asid(ASID), machine.table(), 0);
            run.spawnDaemon("device", () -> machine.smmu.translate(
                    new Transaction().begin(Transaction.Type.UNTRANSLATED, SID, 1, VA, Access.READ, false)));
            run.spawnDaemon("smmu", machine.smmu::serve);
            run.spawn("software", () -> {
                machine.write(machine.contextTable + 64, CD0 | asid(ASID) | 1 << 14);
                machine.put(0x05 | SmmuTestbed.ssid(1) | sid(SID), 1);
                machine.put(0x11 | asid(ASID), 0);
                machine.put(0x46, 0);
                int done = (int) machine.get(SmmuTestbed.CMDQ_PROD);
                machine.steps.await(
                        Operation.WAIT,
                        machine.smmu.registerObject(),
                        machine.smmu.registerParts(SmmuTestbed.CMDQ_CONS),
                        () -> machine.smmu.peekRegister(SmmuTestbed.CMDQ_CONS, 4) == done,
                        SEES);
                // Whoever is stalled was so by the old CD: the new one does not stall.
                int events = (int) machine.get(SmmuTestbed.EVENTQ_PROD);
                int stalled = machine.smmu.remembers(SID, 1).contains("stalled") ? 1 : 0;
                if (stalled > events) {
                    run.report(new Violation("late-event", "a stalled transaction without its event", List.of()));
                }
            });
        };
        assertThat(Explorer.of(program).explore()).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    @DisplayName("3.12.2, IDR5.STALL_MAX: with one STAG a second transaction stalls after the first was answered")
    void oneTag() {
        SmmuIds ids = SmmuIds.DEFAULT.withIdr5(SmmuIds.DEFAULT.idr5() & 0xffff | 1 << 16);
        Program program = run -> {
            SmmuTestbed machine = new SmmuTestbed(ids, Steps.of(run)).enable();
            machine.stage1(0);
            machine.writeCd(1, CD0 | CD_STALL | asid(ASID), machine.table(), 0);
            for (int i = 0; i < 2; i++) {
                run.spawn("engine " + i, () -> machine.smmu.translate(
                        new Transaction().begin(Transaction.Type.UNTRANSLATED, SID, 1, VA, Access.READ, false)));
            }
            run.spawn("software", () -> {
                for (int i = 0; i < 2; i++) {
                    int seen = i;
                    machine.steps.await(
                            Operation.WAIT,
                            machine.smmu.registerObject(),
                            machine.smmu.registerParts(SmmuTestbed.EVENTQ_PROD),
                            () -> machine.smmu.peekRegister(SmmuTestbed.EVENTQ_PROD, 4) != seen,
                            SEES);
                    long[] event = machine.event();
                    machine.put(0x44 | 1 << 13 | sid(SID), tag(event));
                }
            });
            run.spawnDaemon("smmu", machine.smmu::serve);
        };
        assertThat(Explorer.of(program).explore()).isInstanceOf(Verdict.Verified.class);
    }
}
