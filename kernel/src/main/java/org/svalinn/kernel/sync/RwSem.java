package org.svalinn.kernel.sync;

/** {@code struct rw_semaphore}: any number of readers, or one writer. */
public final class RwSem {
    public RwSem(Core core, String name) {
    }

    public void downRead() {
        throw new UnsupportedOperationException();
    }

    /** {@code down_read_trylock()}. */
    public boolean tryDownRead() {
        throw new UnsupportedOperationException();
    }

    public void upRead() {
        throw new UnsupportedOperationException();
    }

    public void downWrite() {
        throw new UnsupportedOperationException();
    }

    public void upWrite() {
        throw new UnsupportedOperationException();
    }
}
