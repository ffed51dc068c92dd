package org.svalinn.machine.iommu;

/** Software asked for something of the specification that this model does not have; the message names it and the clause. */
public final class UnsupportedFeature extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnsupportedFeature(String feature) {
        super(feature);
    }
}
