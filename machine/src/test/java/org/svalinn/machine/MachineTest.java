package org.svalinn.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.svalinn.machine.driver.AddressSpace;
import org.svalinn.machine.driver.VtdDriver;
import org.svalinn.machine.iommu.vtd.VtdConfig;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Endpoint;
import org.svalinn.machine.pcie.Engine;
import org.svalinn.machine.pcie.Job;
import org.svalinn.machine.pcie.Mover;
import org.svalinn.machine.pcie.Status;
import org.svalinn.machine.pcie.Work;

/** A machine that is put together and used without a scheduler: what the package page shows. */
class MachineTest {
    private final Machine machine = new Machine(Steps.DIRECT, 64);
    private final VtdDriver kernel = new VtdDriver(machine, VtdConfig.standard());
    private final Endpoint nic = machine.function("nic", 0x0310, Capabilities.SVA).enable();
    private final Engine engine = nic.engine(new Mover());
    private final AddressSpace process = kernel.addressSpace("the process");

    @Test
    void aDeviceWritesWhereTheProcessReads() {
        kernel.bind(nic, 5, process);
        Job job = engine.perform(Work.write(5, 0x10000, 8, 42)); // The page is not there yet: it is asked for

        assertThat(job.status()).isEqualTo(Status.SUCCESS);
        assertThat(process.load(0x10000)).isEqualTo(42);
    }

    @Test
    void whatRemembersAPasidIsNamed() {
        kernel.bind(nic, 5, process);
        engine.perform(Work.write(5, 0x10000, 8, 42));
        assertThat(machine.remembers(5)).startsWith("1 translation in the ATC of PASID 5 in nic; ");
        assertThatThrownBy(() -> machine.reuse(5)).hasMessageStartingWith("pasid-reuse");

        nic.stop(5);
        nic.drain(5);
        kernel.unbind(nic, 5);
        assertThat(machine.remembers(5)).isEmpty();
        assertThat(machine.reuse(5)).isTrue();
    }

    @Test
    void aPasidThatIsNotBoundGetsNowhere() {
        assertThat(engine.perform(Work.read(6, 0x10000, 8)).status()).isNotEqualTo(Status.SUCCESS);
    }

    @Test
    void goesBackToASnapshot() {
        kernel.bind(nic, 5, process);
        process.map(0x10000);
        machine.snapshot();
        engine.perform(Work.read(5, 0x10000, 8));
        nic.stop(5);
        assertThat(nic.remembers(5)).isNotEmpty();

        machine.restore();

        assertThat(nic.remembers(5)).isEmpty();
        assertThat(engine.perform(Work.read(5, 0x10000, 8)).status()).isEqualTo(Status.SUCCESS);
    }

    @Test
    void namesWhatAStepTouches() {
        process.map(0x10000);
        assertThat(machine.describe(Ram.object(process.root()), Steps.ALL))
                .isEqualTo("page 0x%1$x, a page table of the process at 0x%1$x".formatted(process.root()));
        assertThatThrownBy(() -> new Machine(Steps.DIRECT, 1).function("nic", 1, Capabilities.SVA))
                .hasMessageContaining("add an IOMMU first");
    }
}
