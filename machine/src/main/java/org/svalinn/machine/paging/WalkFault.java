package org.svalinn.machine.paging;

/** Why a walk did not come to a page. Each IOMMU maps these to its own fault codes, with the walk's level. */
public enum WalkFault {
    NONE,
    /** An entry is not present, or not valid. */
    NOT_PRESENT,
    /** Reserved bits are set, or the format has no such entry at this level. */
    RESERVED,
    /** The entries allow less than is wanted. */
    PERMISSION,
    /** The access flag is clear, and hardware does not set it. */
    ACCESS_FLAG,
    /** The address is not canonical, or beyond the range that the tables cover. */
    ADDRESS_RANGE,
    /** An entry's output address is larger than the architecture or configuration allows. */
    OUTPUT_SIZE,
    /**
     * There is no memory where a table should be, or a second stage refused its address: {@link TableMemory#NOWHERE}.
     */
    TABLE_ABORT,
    /** An entry could be read, but a second stage refused to let an accessed or dirty flag be written into it. */
    UPDATE_ABORT
}
