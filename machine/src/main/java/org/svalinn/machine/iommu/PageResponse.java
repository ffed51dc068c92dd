package org.svalinn.machine.iommu;

/**
 * A PCIe PRG Response message (PCIe 6.0, 10.4.2), for all requests of a group.
 *
 * @param pasid the PASID, where the response bears one; else {@link Transaction#NO_PASID}
 * @param group Page Request Group Index
 */
public record PageResponse(int pasid, int group, Code code) {
    /** Response Code, with its value on the wire. */
    public enum Code {
        SUCCESS(0b0000),
        INVALID_REQUEST(0b0001),
        RESPONSE_FAILURE(0b1111);

        private final int value;

        Code(int value) {
            this.value = value;
        }

        public int value() {
            return value;
        }

        /** The code with this value; values that the specification reserves are a failure (10.4.2.1). */
        public static Code of(int value) {
            return value == 0 ? SUCCESS : value == 1 ? INVALID_REQUEST : RESPONSE_FAILURE;
        }
    }
}
