package org.svalinn.machine.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
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

/**
 * A device of our own, behind Intel's IOMMU, that works on the memory of a process; and a driver that takes the process
 * away from it in the right order: <em>stop, drain, invalidate, free</em>.
 *
 * <p>The device follows a linked list by the process's own pointers and writes the sum where the process has no page
 * yet, so that it must ask for one. The driver may come at any moment of this. In none of the orders does the device
 * reach what was freed, and nothing remembers the PASID when it is given away:
 *
 * <pre>
 * Verified
 * </pre>
 */
class Example01RightTearDownTest {
    static final int PASID = 5;
    static final long LIST = 0x10000;
    static final long RESULT = 0x20000;
    static final int ADD = 1;

    /** The device: it adds up a linked list of (value, next). */
    static final class ListAdder implements Device {
        @Override
        public long execute(Work work, Dma dma) {
            long sum = 0;
            for (long node = work.address(); node != 0; node = dma.read(node + 8, 8)) {
                sum += dma.read(node, 8);
            }
            dma.write(RESULT, 8, sum);
            return sum;
        }
    }

    /** What is explored: made anew for each order of the steps. */
    static final class TearDown implements Program {
        private Machine machine = new Machine(Steps.DIRECT, 1);

        @Override
        public void start(Run run) {
            machine = new Machine(Steps.of(run), 64);
            VtdDriver kernel = new VtdDriver(machine, VtdConfig.standard());
            Endpoint adder = machine.function("adder", 0x0310, Capabilities.SVA).enable();
            Engine engine = adder.engine(new ListAdder());

            AddressSpace process = kernel.addressSpace("the process");
            process.store(LIST, 40);
            process.store(LIST + 8, LIST + 16);
            process.store(LIST + 16, 2);

            machine.start(run);
            kernel.start(run);
            run.spawn("driver", () -> {
                kernel.bind(adder, PASID, process);
                engine.submit(Work.of(ADD, PASID, LIST, 0, 0, 0));

                adder.stop(PASID);
                adder.drain(PASID);
                kernel.unbind(adder, PASID);
                if (process.load(RESULT) == 42) {
                    run.reach("the sum is there");
                }
                process.unmap(LIST);
                process.unmap(RESULT);
                machine.reuse(PASID);
            });
        }

        @Override
        public void finish(Run run) {
            machine.finish();
        }

        @Override
        public Set<String> goals() {
            return Set.of("the sum is there");
        }
    }

    @Test
    void stopDrainInvalidateFree() {
        Verdict verdict = Explorer.of(new TearDown()).explore();

        assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    }
}
