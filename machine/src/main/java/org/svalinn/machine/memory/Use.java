package org.svalinn.machine.memory;

import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;

/**
 * Why memory is touched: it decides which pages are good for it, and names the access in a report. Make one for each place
 * in a piece of hardware, not one for each access.
 *
 * @param kind what for
 * @param owner on whose behalf, where that is known: a device's transaction is made for the address space that its driver
 *     bound; null where hardware cannot know, as a walker cannot
 * @param site where, in the words of the specification
 */
public record Use(Kind kind, @Nullable Owner owner, Site site) {
    /** What memory is used for. */
    public enum Kind {
        /** A processor's load or store. */
        SOFTWARE("software"),
        /** A device's data. */
        DMA("DMA"),
        /** A walker reads, or marks as used, a page-table entry. */
        WALK("a page-table walk"),
        /** An IOMMU's own tables: root, context, PASID, stream, context descriptors. */
        TABLE("an IOMMU table lookup"),
        /** An IOMMU's queues in memory, and what it writes to say that it is done. */
        QUEUE("an IOMMU queue");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /** A use at a place in hardware, for nobody in particular. */
    public static Use of(Kind kind, String place) {
        return new Use(kind, null, Site.named(place));
    }

    /** The same at the same place for this owner. */
    public Use on(Owner behalf) {
        return new Use(kind, behalf, site);
    }
}
