package org.svalinn.source.floor;

import java.util.Set;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Endpoint;
import org.svalinn.machine.pcie.Engine;
import org.svalinn.machine.pcie.Misbehaviour;
import org.svalinn.machine.pcie.Mover;
import org.svalinn.machine.pcie.Work;

/** A device that moves data: a function of the machine with one engine, on the board of a source kernel. */
final class Accelerator implements Devices.Model {
    private static final long PATTERN = 0x5741_4e54_4544_2121L;

    private final Endpoint endpoint;
    private final Engine engine;

    Accelerator(Board board, String name, int requesterId, Capabilities capabilities, Set<Misbehaviour> misbehaviours) {
        endpoint = board.function(name, requesterId, capabilities, misbehaviours);
        engine = endpoint.engine(new Mover());
    }

    @Override
    public void start(int pasid, Owner owner) {
        endpoint.program(pasid, owner);
    }

    @Override
    public void stop(int pasid) {
        endpoint.stop(pasid);
        endpoint.drain(pasid);
    }

    @Override
    public void transfer(int pasid, long address, boolean write) {
        engine.perform(write ? Work.write(pasid, address, Long.BYTES, PATTERN) : Work.read(pasid, address, Long.BYTES));
    }
}
