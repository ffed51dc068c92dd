package org.svalinn.kernel.simulate;

import java.util.function.Function;
import org.svalinn.kernel.task.Task;

/** One process, from when it is bound or not until nothing is left of it: measures what happens to it. */
final class Life implements CountedPages.Watcher {
    private static final long NOT_YET = -1;

    private final VirtualTime time;
    private final Measures measures;
    /** Whether the OOM killer will pick it. */
    final boolean isVictim;

    private final Task task;
    private boolean isBound;

    /** When it was picked, or else began to exit: times count from here. */
    private long since = NOT_YET;

    private boolean privatesAreFree;
    private boolean pagesAreFree;

    /** @param begin makes the task, with the address space whose pages are watched */
    Life(VirtualTime time, Measures measures, boolean isVictim, Function<Life, Task> begin) {
        this.time = time;
        this.measures = measures;
        this.isVictim = isVictim;
        measures.begun++;
        task = begin.apply(this);
    }

    Task task() {
        return task;
    }

    /** A device works for it. */
    void isBound() {
        isBound = true;
    }

    /** The OOM killer picks it. */
    void isPicked() {
        since = time.now();
        measures.victims += isBound ? 1 : 0;
    }

    /** Its own actor lets it exit. */
    void exit() {
        long exitBegan = time.now();
        if (since == NOT_YET) {
            since = exitBegan;
            measures.exits += isBound ? 1 : 0;
        }
        task.exitMm();
        if (isBound) {
            measures.mmput.add(time.now() - exitBegan);
        }
        task.exitFiles();
        measures.ended++;
    }

    @Override
    public void pagesChange(int number) {
        measures.pages += number;
    }

    @Override
    public void privatesAreFree() {
        if (isBound && isVictim && !privatesAreFree) {
            privatesAreFree = true;
            measures.killToPrivates.add(time.now() - since);
        }
    }

    @Override
    public void pagesAreFree() {
        if (isBound && !pagesAreFree) {
            pagesAreFree = true;
            (isVictim ? measures.killToPages : measures.exitToPages).add(time.now() - since);
        }
    }

    @Override
    public void tablesAreFree() {
        if (isBound && isVictim) {
            measures.killToTables.add(time.now() - since);
        }
    }

    @Override
    public void bondIsGone() {
        measures.unbind.add(time.now() - since);
    }

    @Override
    public void rootIsFree() {
        measures.gone++;
    }
}
