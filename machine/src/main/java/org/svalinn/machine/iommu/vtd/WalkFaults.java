package org.svalinn.machine.iommu.vtd;

import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.paging.Walk;
import org.svalinn.machine.paging.SecondLevelWalker;

/**
 * The fault conditions that walks end with: those of first-level tables (SFS), second-level tables (SSS) and of both
 * (SGN).
 */
final class WalkFaults {
    private WalkFaults() {}

    static VtdFault ofFirstLevel(Passage passage, int levels) {
        Walk walk = passage.first;
        return switch (walk.fault()) {
            case NOT_PRESENT -> VtdFault.SFS_2;
            case RESERVED, OUTPUT_SIZE -> VtdFault.SFS_3;
            case ADDRESS_RANGE -> VtdFault.SGN_1;
            case PERMISSION -> !passage.privileged && !walk.isUserPage() ? VtdFault.SGN_2 : permission(walk);
            case TABLE_ABORT -> tableAbort(passage, walk.faultLevel() == levels);
            case UPDATE_ABORT, ACCESS_FLAG -> VtdFault.SFS_8;
            case NONE -> VtdFault.NONE;
        };
    }

    /** A first-level table that is not there, or that the second level keeps from being read. */
    private static VtdFault tableAbort(Passage passage, boolean isTop) {
        return switch (passage.refusal) {
            case NONE -> isTop ? VtdFault.SFS_4 : VtdFault.SFS_1;
            case ADDRESS_RANGE -> VtdFault.SFS_5;
            case NOT_PRESENT, PERMISSION -> isTop ? VtdFault.SFS_6 : VtdFault.SFS_7;
            case RESERVED, OUTPUT_SIZE, TABLE_ABORT, UPDATE_ABORT, ACCESS_FLAG ->
                ofSecondLevel(passage.second, SecondLevelWalker.levels(passage.second.format()));
        };
    }

    static VtdFault ofSecondLevel(Walk walk, int levels) {
        return switch (walk.fault()) {
            case NOT_PRESENT -> VtdFault.SSS_2;
            case RESERVED, OUTPUT_SIZE -> VtdFault.SSS_3;
            case ADDRESS_RANGE -> VtdFault.SGN_5;
            case PERMISSION -> permission(walk);
            case TABLE_ABORT, UPDATE_ABORT, ACCESS_FLAG ->
                walk.faultLevel() == levels ? VtdFault.SSS_4 : VtdFault.SSS_1;
            case NONE -> VtdFault.NONE;
        };
    }

    private static VtdFault permission(Walk walk) {
        int missing = walk.wanted() & ~walk.permitted();
        if ((missing & Access.WRITE) != 0) {
            return VtdFault.SGN_6;
        }
        return (missing & Access.EXECUTE) != 0 ? VtdFault.SGN_3 : VtdFault.SGN_7;
    }
}
