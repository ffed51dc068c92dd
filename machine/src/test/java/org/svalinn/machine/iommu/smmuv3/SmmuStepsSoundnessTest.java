package org.svalinn.machine.iommu.smmuv3;

import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.ASID;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CD0;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CD_STALL;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.SID;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.svalinn.explore.Run;
import org.svalinn.machine.Outcomes;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.Transaction;

@DisplayName("SMMUv3: steps announce all that others can see")
class SmmuStepsSoundnessTest {
    private static final long VA = 0x1234_5678_9000L;
    private static final long ABSENT = 0x1234_5678_a000L;
    private static final long OF_STREAM = (long) SID << 32;

    /** What a device does. */
    private enum Device {
        NOTHING(bed -> {}),
        HIT(bed -> send(bed, 1, VA)),
        FAULT(bed -> send(bed, 1, ABSENT)),
        TWO_FAULTS(bed -> {
            send(bed, 1, ABSENT);
            send(bed, 1, ABSENT);
        }),
        STALL(bed -> send(bed, 2, ABSENT)),
        ASKS(bed -> bed.smmu.pageRequest(new PageRequest(SID, 1, ABSENT, 3, Access.READ, false, true))),
        ASKS_TWICE(bed -> {
            bed.smmu.pageRequest(new PageRequest(SID, 1, ABSENT, 3, Access.READ, false, true));
            bed.smmu.pageRequest(new PageRequest(SID, 1, ABSENT, 4, Access.READ, false, true));
        });

        final Consumer<SmmuTestbed> does;

        Device(Consumer<SmmuTestbed> does) {
            this.does = does;
        }
    }

    /** What software does meanwhile. Its one command, if it has one, lies in the queue's memory before that. */
    private enum Race {
        ADDRESS(Device.HIT, 0x12 | (long) ASID << 48, VA, (bed, seen) -> submit(bed)),
        WHOLE_ASID(Device.HIT, 0x11 | (long) ASID << 48, 0, (bed, seen) -> submit(bed)),
        EVERY_ADDRESS(Device.HIT, 0x30, 0, (bed, seen) -> submit(bed)),
        CONTEXT(Device.HIT, 0x05 | 1 << 12 | OF_STREAM, 0, (bed, seen) -> submit(bed)),
        STREAM(Device.HIT, 0x03 | OF_STREAM, 0, (bed, seen) -> submit(bed)),
        EVERY_STREAM(Device.HIT, 0x04, 31, (bed, seen) -> submit(bed)),
        TRANSLATION_OFF(Device.HIT, 0, 0, (bed, seen) -> bed.set(SmmuTestbed.CR0, 0b11110)),
        COMMANDS_OFF(Device.NOTHING, 0x30, 0, (bed, seen) -> {
            submit(bed);
            bed.set(SmmuTestbed.CR0, 0b10111);
        }),
        ILLEGAL_COMMAND(Device.NOTHING, 0xff, 0, (bed, seen) -> {
            submit(bed);
            long error = bed.get(SmmuTestbed.GERROR);
            seen.append(error).append(' ').append(bed.get(SmmuTestbed.CMDQ_CONS) >>> 24);
            bed.set(SmmuTestbed.GERRORN, error);
        }),
        EVENTS(Device.TWO_FAULTS, 0, 0, (bed, seen) -> {
            long produced = bed.get(SmmuTestbed.EVENTQ_PROD);
            seen.append(produced).append(' ').append(bed.read(bed.eventQueue) & 0xff);
            bed.set(SmmuTestbed.EVENTQ_CONS, produced);
        }),
        EVENTS_OFF(Device.TWO_FAULTS, 0, 0, (bed, seen) -> bed.set(SmmuTestbed.CR0, 0b11011)),
        EARLY_RESUME(Device.STALL, 0x44 | 1 << 13 | OF_STREAM, 0, (bed, seen) -> submit(bed)),
        REQUESTS(Device.ASKS_TWICE, 0, 0, (bed, seen) -> {
            long produced = bed.get(SmmuTestbed.PRIQ_PROD);
            seen.append(produced).append(' ').append(bed.read(bed.priQueue) != 0);
            bed.set(SmmuTestbed.PRIQ_CONS, produced);
        }),
        REQUESTS_OFF(Device.ASKS, 0, 0, (bed, seen) -> bed.set(SmmuTestbed.CR0, 0b11101)),
        COMPLETION(Device.NOTHING, 0x46 | 1 << 12, 0, (bed, seen) -> {
            submit(bed);
            seen.append(bed.get(SmmuTestbed.CMDQ_CONS)).append(bed.interrupts);
        });

        final Device device;
        final long first;
        final long second;
        final BiConsumer<SmmuTestbed, StringBuilder> software;

        Race(Device device, long first, long second, BiConsumer<SmmuTestbed, StringBuilder> software) {
            this.device = device;
            this.first = first;
            this.second = second;
            this.software = software;
        }
    }

    private static void submit(SmmuTestbed bed) {
        bed.set(SmmuTestbed.CMDQ_PROD, 1);
    }

    private static void send(SmmuTestbed bed, int pasid, long address) {
        Transaction transaction =
                new Transaction().begin(Transaction.Type.UNTRANSLATED, SID, pasid, address, Access.READ, false);
        bed.smmu.translate(transaction);
        bed.interrupts.add(transaction.outcome() + (transaction.isGranted() ? " 0x%x".formatted(transaction.physical()) : ""));
        bed.smmu.completed(transaction);
    }

    private static String outcome(SmmuTestbed bed, StringBuilder seen) {
        StringBuilder all = new StringBuilder(seen).append("; ").append(bed.interrupts).append(bed.endpoint.responses);
        all.append(' ').append(bed.smmu.remembers(SID, 1));
        for (int register : new int[] {
            SmmuTestbed.CMDQ_CONS, SmmuTestbed.EVENTQ_PROD, SmmuTestbed.PRIQ_PROD, SmmuTestbed.GERROR, SmmuTestbed.CR0
        }) {
            all.append(' ').append(bed.smmu.peekRegister(register, 4));
        }
        return all.toString();
    }

    @ParameterizedTest
    @EnumSource(Race.class)
    @DisplayName("every outcome of plain search is found")
    void everyOutcomeOfPlainSearchIsFound(Race race) {
        Outcomes.areAllFound((Run run) -> {
            SmmuTestbed bed = new SmmuTestbed(SmmuIds.DEFAULT, Steps.of(run));
            bed.eventLog2 = 0;
            bed.priLog2 = 0;
            bed.enable();
            long leaf = bed.bind(VA, bed.page());
            bed.writeCd(2, CD0 | CD_STALL | SmmuTestbed.asid(ASID + 1), bed.table(), 0);
            send(bed, 1, VA);
            if (race.device == Device.STALL) {
                // So that the context descriptor is cached, and fewer steps are left to explore.
                bed.translate(Transaction.Type.TRANSLATION_REQUEST, 2, VA, Access.READ);
            }
            bed.interrupts.clear();
            // What the SMMU remembers holds no more, so that to forget any of it makes a difference.
            bed.write(leaf, 0);
            bed.writeCd(1, 0, 0, 0);
            bed.writeSte(SID, 0, 0, 0, 0);
            bed.write(bed.commandQueue, race.first);
            bed.write(bed.commandQueue + 8, race.second);
            StringBuilder seen = new StringBuilder();
            run.spawn("device", () -> race.device.does.accept(bed));
            run.spawn("software", () -> race.software.accept(bed, seen));
            run.spawnDaemon("smmu", bed.smmu::serve);
            return () -> outcome(bed, seen);
        });
    }
}
