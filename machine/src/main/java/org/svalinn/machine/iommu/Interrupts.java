package org.svalinn.machine.iommu;

/** Where interrupts of hardware arrive. Delivery is one step of whoever raises it; what handles it has a pace of its own. */
public interface Interrupts {
    /** Nobody listens: hardware is polled. */
    Interrupts NONE = new Interrupts() {
        @Override
        public void message(long address, int data) {}

        @Override
        public void wire(int line) {}
    };

    /** A message-signalled interrupt: a write of {@code data} to {@code address}. */
    void message(long address, int data);

    /** A wired interrupt; each model numbers its own lines. */
    void wire(int line);
}
