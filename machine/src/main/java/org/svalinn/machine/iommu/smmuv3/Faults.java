package org.svalinn.machine.iommu.smmuv3;

import org.svalinn.machine.paging.Walk;

/** Which event a walk's fault is (3.12, 7.3.12 to 7.3.16). */
final class Faults {
    private Faults() {}

    /**
     * Puts the event of a walk that failed into the passage's record.
     *
     * @param stage2 whether it is a walk of stage 2
     * @param accessClass CLASS: what was accessed
     * @param ipa the intermediate physical address, for stage 2
     */
    static void record(Passage passage, Walk walk, boolean stage2, int accessClass, long ipa) {
        int number = switch (walk.fault()) {
            case NOT_PRESENT, RESERVED, ADDRESS_RANGE -> EventRecord.F_TRANSLATION;
            case OUTPUT_SIZE -> EventRecord.F_ADDR_SIZE;
            case ACCESS_FLAG -> EventRecord.F_ACCESS;
            case PERMISSION -> EventRecord.F_PERMISSION;
            case TABLE_ABORT, UPDATE_ABORT -> EventRecord.F_WALK_EABT;
            case NONE -> throw new IllegalArgumentException("a walk without a fault");
        };
        if (number == EventRecord.F_WALK_EABT) {
            boolean nested = !stage2 && passage.ste != null && passage.ste.stage2;
            passage.event.walkAbort(passage, stage2, accessClass, nested ? passage.nested.place : walk.entryAddress());
        } else {
            passage.event.fault(number, passage, stage2, accessClass, ipa);
        }
    }
}
