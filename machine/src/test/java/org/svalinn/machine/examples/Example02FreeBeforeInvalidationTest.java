package org.svalinn.machine.examples;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.svalinn.machine.paging.TableInvalidation;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Endpoint;
import org.svalinn.machine.pcie.Engine;
import org.svalinn.machine.pcie.Mover;
import org.svalinn.machine.pcie.Work;

/**
 * A page is freed before its invalidation has completed, while a device that has a translation of it is at work. That
 * is found, and told:
 *
 * <pre>
 * dma-after-free: DMA writes page 0x6000, freed, once of the process
 *   freed by munmap, at: the process frees a page
 *   used by nic, at: a memory write request
 *   nic            walks first-level or second-level tables (VT-d 3.6, 3.7)
 *   nic            walks first-level or second-level tables (VT-d 3.6, 3.7)
 *   munmap         reads a page-table entry
 *   munmap         sets a page-table entry
 *   munmap         the process frees a page
 *   nic            a memory write request
 * </pre>
 *
 * Only steps whose order matters are told. With the invalidation where it belongs, between the two, every order is
 * good.
 */
class Example02FreeBeforeInvalidationTest {
    private static final int PASID = 5;
    private static final long BUFFER = 0x10000;
    private static final long NEIGHBOUR = 0x11000;

    /** A device writes to a buffer while the process unmaps it. */
    static final class Munmap implements Program {
        private final boolean careless;
        private Machine machine = new Machine(Steps.DIRECT, 1);

        Munmap(boolean careless) {
            this.careless = careless;
        }

        @Override
        public void start(Run run) {
            machine = new Machine(Steps.of(run), 64);
            VtdDriver kernel = new VtdDriver(machine, VtdConfig.standard());
            Endpoint nic = machine.function("nic", 0x0310, Capabilities.ATS_ONLY).enable();
            Engine engine = nic.engine(new Mover());

            AddressSpace process = kernel.addressSpace("the process");
            process.store(BUFFER, 1);
            process.store(NEIGHBOUR, 2);
            kernel.bind(nic, PASID, process);
            engine.submit(Work.write(PASID, BUFFER, 8, 7));
            if (careless) {
                process.onChange(TableInvalidation.NONE);
            }

            machine.start(run);
            run.spawn("munmap", () -> {
                process.unmap(BUFFER);
                if (careless) {
                    kernel.invalidate(process, BUFFER, 4096);
                }
            });
        }

        @Override
        public String describe(long object, long parts) {
            return machine.describe(object, parts);
        }
    }

    @Test
    void freeBeforeInvalidation() {
        Verdict verdict = Explorer.of(new Munmap(true)).explore();

        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        assertThat(Telling.of(((Verdict.Violated) verdict).counterexamples().getFirst()))
                .containsExactly(
                        "dma-after-free: DMA writes page 0x6000, freed, once of the process",
                        "  freed by munmap, at: the process frees a page",
                        "  used by nic, at: a memory write request",
                        "  nic            walks first-level or second-level tables (VT-d 3.6, 3.7)",
                        "  nic            walks first-level or second-level tables (VT-d 3.6, 3.7)",
                        "  munmap         reads a page-table entry",
                        "  munmap         sets a page-table entry",
                        "  munmap         the process frees a page",
                        "  nic            a memory write request");
    }

    @Test
    void freeAfterInvalidation() {
        assertThat(Explorer.of(new Munmap(false)).explore()).isInstanceOf(Verdict.Verified.class);
    }
}
