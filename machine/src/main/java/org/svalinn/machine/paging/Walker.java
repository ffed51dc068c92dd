package org.svalinn.machine.paging;

/**
 * Translates addresses by one architecture's page tables of one format. It has no state: the {@link Walk} has.
 */
public interface Walker {
    /**
     * Follows the tables from {@link Walk#table}, at {@link Walk#level}, to a page or a fault, reading each entry
     * through {@link Walk#tables}. Sets accessed and dirty flags where the format and the walk say so, each by an
     * atomic update that looks at the entry again when somebody else has changed it meanwhile. Never throws, whatever
     * the tables hold, and ends after at most one entry of each level.
     */
    void walk(Walk walk);
}
