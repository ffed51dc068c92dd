package org.svalinn.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.svalinn.machine.driver.AddressSpace;
import org.svalinn.machine.driver.SmmuDriver;
import org.svalinn.machine.iommu.smmuv3.SmmuIds;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Endpoint;
import org.svalinn.machine.pcie.Engine;
import org.svalinn.machine.pcie.Mover;
import org.svalinn.machine.pcie.Status;
import org.svalinn.machine.pcie.Work;

/** The same machine with Arm's SMMUv3: a function with ATS and PRI, and one whose faults stall. */
class SmmuMachineTest {
    private final Machine machine = new Machine(Steps.DIRECT, 64);
    private final SmmuDriver kernel = new SmmuDriver(machine, SmmuIds.DEFAULT);
    private final Endpoint nic = machine.function("nic", 0x0310, Capabilities.SVA).enable();
    private final Engine engine = nic.engine(new Mover());
    private final Endpoint platform = machine.function("platform device", 0x0021, Capabilities.UNTRANSLATED).enable();
    private final Engine stalling = platform.engine(new Mover());
    private final AddressSpace process = kernel.addressSpace("the process");

    @Test
    void aPageThatIsMissingIsAskedFor() {
        kernel.bind(nic, 5, process);

        assertThat(engine.perform(Work.write(5, 0x10000, 8, 42)).status()).isEqualTo(Status.SUCCESS);
        assertThat(process.load(0x10000)).isEqualTo(42);
    }

    @Test
    void aRequestStallsUntilItsPageIsThere() {
        kernel.bind(platform, 6, process);

        assertThat(stalling.perform(Work.write(6, 0x10000, 8, 43)).status()).isEqualTo(Status.SUCCESS);
        assertThat(process.load(0x10000)).isEqualTo(43);
    }

    @Test
    void nothingRemembersAPasidThatIsUnbound() {
        kernel.bind(nic, 5, process);
        engine.perform(Work.write(5, 0x10000, 8, 42));
        assertThat(machine.remembers(5)).startsWith("1 translation in the ATC of PASID 5 in nic");

        nic.stop(5);
        nic.drain(5);
        kernel.unbind(nic, 5);

        assertThat(machine.remembers(5)).isEmpty();
        assertThat(engine.perform(Work.read(5, 0x10000, 8)).status()).isEqualTo(Status.STOPPED);
    }

    @Test
    void aPageThatIsUnmappedIsOutOfReach() {
        kernel.bind(nic, 5, process);
        engine.perform(Work.write(5, 0x10000, 8, 42));
        process.unmap(0x10000);

        engine.perform(Work.read(5, 0x10000, 8));
        assertThat(process.load(0x10000)).as("a new page, of zeros").isZero();
    }
}
