package org.svalinn.report;

import java.util.List;

/**
 * What was run on what.
 *
 * @param scenario the scenario's name
 * @param kernel the kernel as people name it, such as {@code Linux 6.1.1 (/usr/src/linux with my.patch)}
 * @param patches the files of the patches put on it, in order
 * @param iommu the model of IOMMU
 */
public record Subject(String scenario, String kernel, List<String> patches, String iommu) {
    public Subject {
        patches = List.copyOf(patches);
    }

    String inWords() {
        return scenario + " on " + kernel + ", IOMMU " + iommu;
    }
}
