package org.svalinn.machine.paging;

/**
 * Translates addresses by one architecture's page tables of one format. It has no state: the {@link Walk} has.
 */
public interface Walker {
    /**
     * Follows the tables from {@link Walk#table}, at {@link Walk#level}, to a page or a fault, reading each entry through
     * {@link Walk#tables}. Sets accessed and dirty flags where the format and the walk say so.
     */
    void walk(Walk walk);
}
