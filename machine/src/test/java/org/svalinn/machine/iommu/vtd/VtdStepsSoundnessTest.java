package org.svalinn.machine.iommu.vtd;

import static org.svalinn.machine.iommu.vtd.VtdTestbed.DOMAIN;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.PASID;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.RID;

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

@DisplayName("VT-d: steps announce all that others can see")
class VtdStepsSoundnessTest {
    private static final long ADDRESS = 0x7000_1234_5000L;
    private static final long ABSENT = 0x7000_1234_6000L;
    private static final long OF_PASID = (long) DOMAIN << 16 | (long) PASID << 32;
    private static final long WAIT = 5 | 1 << 5 | 1L << 32;
    private static final long WAIT_FOR_PAGE_REQUESTS = WAIT | 1 << 7;

    /** Stands for the address of the status word. */
    private static final long STATUS = -1;

    /** What a device does. */
    private enum Device {
        NOTHING(bed -> {}),
        HIT(bed -> send(bed, ADDRESS, Access.READ)),
        FAULT(bed -> send(bed, ABSENT, Access.READ)),
        TWO_FAULTS(bed -> {
            send(bed, ABSENT, Access.READ);
            send(bed, ABSENT, Access.WRITE);
        }),
        ASKS(bed -> bed.iommu.pageRequest(new PageRequest(RID, PASID, ABSENT, 3, Access.READ, false, true))),
        ASKS_TWICE(bed -> {
            bed.iommu.pageRequest(new PageRequest(RID, PASID, ABSENT, 3, Access.READ, false, true));
            bed.iommu.pageRequest(new PageRequest(RID, PASID, ABSENT, 4, Access.READ, false, true));
        });

        final Consumer<VtdTestbed> does;

        Device(Consumer<VtdTestbed> does) {
            this.does = does;
        }
    }

    /** What software does meanwhile. What it submits lies in the queue's memory before that: one descriptor, or none. */
    private enum Race {
        TRANSLATION(Device.HIT, 6 | 3 << 4 | OF_PASID, ADDRESS, (bed, seen) -> submit(bed)),
        WHOLE_PASID(Device.HIT, 6 | 2 << 4 | OF_PASID, 0, (bed, seen) -> submit(bed)),
        PASID_CACHE(Device.HIT, 7 | 1 << 4 | OF_PASID, 0, (bed, seen) -> submit(bed)),
        CONTEXT_CACHE(Device.HIT, 1 | 1 << 4, 0, (bed, seen) -> submit(bed)),
        TRANSLATION_OFF(Device.HIT, 0, 0, (bed, seen) -> bed.register(VtdTestbed.GCMD, VtdTestbed.QIE)),
        OFF_AND_LOOK(Device.FAULT, 0, 0, (bed, seen) -> {
            bed.register(VtdTestbed.GCMD, VtdTestbed.QIE);
            seen.append(bed.register(VtdTestbed.FSTS));
        }),
        FAULT_STATUS(Device.TWO_FAULTS, 0, 0, (bed, seen) -> {
            seen.append(bed.register(VtdTestbed.FSTS) & 3);
            bed.register(VtdTestbed.FRCD + 12, 1L << 31);
            seen.append(bed.register(VtdTestbed.FSTS) & 3);
        }),
        FAULT_MASK(Device.FAULT, 0, 0, (bed, seen) -> {
            bed.register(VtdTestbed.FECTL, 1L << 31);
            seen.append(bed.register(VtdTestbed.FECTL) >>> 30);
        }),
        PAGE_REQUEST_QUEUE(Device.ASKS_TWICE, 0, 0, (bed, seen) -> {
            long tail = bed.iommu.readRegister(VtdTestbed.PQT, 8);
            seen.append(tail).append(' ').append(bed.get(bed.pageRequestQueue) != 0);
            bed.register64(VtdTestbed.PQH, tail);
            bed.register(VtdTestbed.PRS, 1);
        }),
        PAGE_REQUEST_DRAIN(Device.ASKS, WAIT_FOR_PAGE_REQUESTS, STATUS, (bed, seen) -> {
            submit(bed);
            seen.append(bed.get(bed.statusWord));
        }),
        QUEUE_OFF(Device.HIT, 7 | 1 << 4 | OF_PASID, 0, (bed, seen) -> {
            submit(bed);
            bed.register(VtdTestbed.GCMD, VtdTestbed.TE);
        }),
        COMPLETION(Device.NOTHING, WAIT | 1 << 4, STATUS, (bed, seen) -> {
            submit(bed);
            seen.append(bed.get(bed.statusWord)).append(' ').append(bed.register(VtdTestbed.ICS));
            bed.register(VtdTestbed.ICS, 1);
        });

        final Device device;
        final long first;
        final long second;
        final BiConsumer<VtdTestbed, StringBuilder> software;

        Race(Device device, long first, long second, BiConsumer<VtdTestbed, StringBuilder> software) {
            this.device = device;
            this.first = first;
            this.second = second;
            this.software = software;
        }
    }

    private static void submit(VtdTestbed bed) {
        bed.register(VtdTestbed.IQT, 32);
    }

    private static void send(VtdTestbed bed, long address, int wanted) {
        Transaction transaction =
                new Transaction().begin(Transaction.Type.UNTRANSLATED, RID, PASID, address, wanted, false);
        bed.iommu.translate(transaction);
        bed.messages.add(transaction.outcome().toString());
        bed.iommu.completed(transaction);
    }

    private static String outcome(VtdTestbed bed, StringBuilder seen) {
        StringBuilder all = new StringBuilder(seen).append("; ").append(bed.messages).append(bed.function.responses.size());
        all.append(' ').append(bed.iommu.remembers(RID, PASID));
        for (int register : new int[] {VtdTestbed.FSTS, VtdTestbed.IQH, VtdTestbed.PQT, VtdTestbed.PRS, VtdTestbed.ICS}) {
            all.append(' ').append(bed.register(register));
        }
        return all.append(' ').append(bed.ram.peek(bed.statusWord, 4)).toString();
    }

    @ParameterizedTest
    @EnumSource(Race.class)
    @DisplayName("every outcome of plain search is found")
    void everyOutcomeOfPlainSearchIsFound(Race race) {
        Outcomes.areAllFound((Run run) -> {
            VtdTestbed bed = new VtdTestbed(VtdConfig.standard().withFaultRecords(1), Steps.of(run));
            bed.start();
            long pml4 = bed.pageTable();
            bed.firstLevel(PASID, pml4);
            long leaf = bed.map(pml4, ADDRESS, bed.userPage(), 0x27, 0x67);
            send(bed, ADDRESS, Access.READ);
            bed.messages.clear();
            // What the unit remembers holds no more, so that to forget any of it makes a difference.
            bed.put(leaf, 0);
            bed.put(bed.pasidEntry(PASID), 0);
            bed.put(bed.contextEntry(), 0);
            bed.put(bed.queue, race.first);
            bed.put(bed.queue + 8, race.second == STATUS ? bed.statusWord : race.second);
            StringBuilder seen = new StringBuilder();
            run.spawn("device", () -> race.device.does.accept(bed));
            run.spawn("software", () -> race.software.accept(bed, seen));
            run.spawnDaemon("iommu", bed.iommu::serve);
            return () -> outcome(bed, seen);
        });
    }
}
