package org.svalinn.kernel.simulate;

/** What is measured while a simulation runs. */
final class Measures {
    // Of victims of the OOM killer, since it picked them
    final Histogram killToPrivates = new Histogram();
    final Histogram killToPages = new Histogram();
    final Histogram killToTables = new Histogram();
    // Of others that are bound
    final Histogram exitToPages = new Histogram();
    // Of all that are bound
    final Histogram mmput = new Histogram();
    final Histogram unbind = new Histogram();

    final Usage pasids = new Usage();

    int begun;
    int ended;
    /** Of which nothing is left. */
    int gone;
    long pages;
    int victims;
    int exits;
    long binds;
    long refusedBinds;
    long recycled;
    long reusedTooEarly;

    /** Counts for each distribution those who are missing from it. */
    void finish() {
        killToPrivates.addNever(victims - killToPrivates.count());
        killToPages.addNever(victims - killToPages.count());
        killToTables.addNever(victims - killToTables.count());
        exitToPages.addNever(exits - exitToPages.count());
        unbind.addNever(victims + exits - unbind.count());
    }
}
