package org.svalinn.machine.examples;

import org.junit.jupiter.api.Test;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Program;
import org.svalinn.explore.Run;
import org.svalinn.explore.Verdict;
import org.svalinn.machine.Machine;
import org.svalinn.machine.Steps;
import org.svalinn.machine.driver.AddressSpace;
import org.svalinn.machine.driver.VtdDriver;
import org.svalinn.machine.iommu.vtd.VtdConfig;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Device;
import org.svalinn.machine.pcie.Dma;
import org.svalinn.machine.pcie.Endpoint;
import org.svalinn.machine.pcie.Engine;
import org.svalinn.machine.pcie.Work;

class Example01RightTearDownTest {
    private static final int PASID = 5;
    private static final long LIST = 0x10000;

    static final class ListAdder implements Device {
        @Override
        public long execute(Work work, Dma dma) {
            long sum = 0;
            for (long node = work.address(); node != 0; node = dma.read(node + 8, 8)) {
                sum += dma.read(node, 8);
            }
            return sum;
        }
    }

    static final class TearDown implements Program {
        @Override
        public void start(Run run) {
            Machine machine = new Machine(Steps.of(run), 64);
            VtdDriver kernel = new VtdDriver(machine, VtdConfig.standard());
            Endpoint adder = machine.function("adder", 0x0310, Capabilities.SVA).enable();
            Engine engine = adder.engine(new ListAdder());
            AddressSpace process = kernel.addressSpace("the process");
            process.store(LIST, 40);
            kernel.bind(adder, PASID, process);
            engine.submit(Work.of(0, PASID, LIST, 0, 0, 0));

            machine.start(run);
            kernel.start(run);
            run.spawn("driver", () -> {
                adder.stop(PASID);
                adder.drain(PASID);
                kernel.unbind(adder, PASID);
                process.unmap(LIST);
                machine.reuse(PASID);
            });
        }
    }

    @Test
    void rightOrder() {
        Verdict verdict = Explorer.of(new TearDown()).maxExecutions(20000).explore();
        System.out.println(verdict);
    }
}
