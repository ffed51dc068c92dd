package org.svalinn.machine.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.DOMAIN;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.DRIVER;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.PASID;
import static org.svalinn.machine.iommu.vtd.VtdTestbed.RID;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Program;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;
import org.svalinn.machine.HardwareObjects;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.PageRequest;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.Use;

/**
 * DMA against a driver that takes pages and tables away, in every order: what a driver must do, and what comes of less.
 */
@DisplayName("VT-d 6.5: invalidations against DMA, in every order")
class VtdRacesTest {
    private static final long ADDRESS = 0x7000_1234_5000L;
    private static final Site INTERRUPTED = Site.named("the driver hears that the invalidation has completed");
    private static final Use DMA = Use.of(Use.Kind.DMA, "the device writes");

    private static final long PAGE = 6 | 3 << 4 | (long) DOMAIN << 16 | (long) PASID << 32;
    private static final long WHOLE_PASID = 6 | 2 << 4 | (long) DOMAIN << 16 | (long) PASID << 32;
    private static final long PASID_ENTRY = 7 | 1 << 4 | (long) DOMAIN << 16 | (long) PASID << 32;
    private static final long LEAVES_ONLY = 1 << 6;
    private static final long INTERRUPT = 1 << 4;

    /**
     * One process's page, mapped for a device, which writes to it twice: the first walk must not leave for the second
     * what has been invalidated meanwhile. The driver is what a test makes of it.
     */
    private static final class Machine {
        final VtdTestbed bed;
        final Steps steps;
        final long pml4;
        final long page;
        final long entry;

        Machine(Run run, VtdConfig config, boolean warm) {
            steps = Steps.of(run);
            bed = new VtdTestbed(config, steps);
            bed.start();
            pml4 = bed.pageTable();
            bed.firstLevel(PASID, pml4);
            page = bed.userPage();
            entry = bed.mapUser(pml4, ADDRESS, page);
            if (warm) {
                assertThat(bed.request(PASID, ADDRESS, Access.WRITE).isGranted()).isTrue();
            }
            run.spawn("device", () -> {
                dma(new Transaction());
                dma(new Transaction());
            });
            run.spawnDaemon("iommu", bed.iommu::serve);
        }

        private void dma(Transaction transaction) {
            transaction.begin(Transaction.Type.UNTRANSLATED, RID, PASID, ADDRESS, Access.WRITE, false);
            bed.iommu.translate(transaction);
            if (transaction.isGranted()) {
                bed.ram.write(transaction.physical(), 8, 42, DMA.on(bed.owner));
            }
            bed.iommu.completed(transaction);
        }

        /** Where the table of this level for ADDRESS is. */
        long table(int level) {
            long table = pml4;
            for (int above = 4; above > level; above--) {
                table = bed.get(table + (ADDRESS >>> 3 + 9 * above & 0x1ff) * 8) & 0x000f_ffff_ffff_f000L;
            }
            return table;
        }

        void submit(long first, long second) {
            bed.submit(first, second);
        }

        void submitAndWait() {
            bed.submitWait(2, INTERRUPT);
            steps.await(
                    Operation.READ, VtdTestbed.EVENTS, Steps.ALL, () -> !bed.messages.isEmpty(), INTERRUPTED);
        }
    }

    private static Verdict explore(VtdConfig config, boolean warm, Consumer<Machine> driver) {
        Program program = run -> {
            Machine machine = new Machine(run, config, warm);
            run.spawn("driver", () -> driver.accept(machine));
        };
        return Explorer.of(program).maxExecutions(2_000_000).explore();
    }

    private static Set<String> checks(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        Set<String> checks = new TreeSet<>();
        ((Verdict.Violated) verdict).counterexamples().forEach(one -> checks.add(one.violation().check()));
        return checks;
    }

    private static void expectVerified(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    }

    private static void unmap(Machine machine) {
        machine.bed.put(machine.entry, 0);
    }

    private static void free(Machine machine) {
        machine.bed.ram.free(machine.page, DRIVER);
    }

    // A page

    @Test
    @DisplayName("6.5.2.4 unmap, invalidate, wait, free: no DMA to the freed page, the IOTLB warm or cold")
    void unmapInvalidateWaitFree() {
        for (boolean warm : new boolean[] {true, false}) {
            expectVerified(explore(VtdConfig.standard(), warm, machine -> {
                unmap(machine);
                machine.submit(PAGE, ADDRESS);
                machine.submitAndWait();
                free(machine);
            }));
        }
    }

    @Test
    @DisplayName("6.8: a drain waits for every request that it concerns, whatever others come and go")
    void drainAmongOthers() {
        Program program = run -> {
            Machine machine = new Machine(run, VtdConfig.standard(), true);
            machine.bed.firstLevel(PASID + 1, machine.pml4);
            long other = machine.bed.userPage();
            machine.bed.mapUser(machine.pml4, ADDRESS + 0x1000, other);
            run.spawn("another device", () -> {
                Transaction transaction = new Transaction();
                transaction.begin(
                        Transaction.Type.UNTRANSLATED, RID, PASID + 1, ADDRESS + 0x1000, Access.WRITE, false);
                machine.bed.iommu.translate(transaction);
                machine.bed.iommu.completed(transaction);
            });
            run.spawn("driver", () -> {
                unmap(machine);
                machine.submit(2 | 1 << 4 | 3 << 6, 0);
                machine.submitAndWait();
                free(machine);
            });
        };
        expectVerified(Explorer.of(program).maxExecutions(2_000_000).explore());
    }

    @Test
    @DisplayName("6.5.2.4 wrong: without invalidation a stale IOTLB entry reaches the freed page")
    void noInvalidation() {
        assertThat(checks(explore(VtdConfig.standard(), true, machine -> {
                    unmap(machine);
                    free(machine);
                })))
                .containsExactly("dma-after-free");
    }

    @Test
    @DisplayName("6.5.2.8 wrong: an invalidation that was only submitted")
    void notWaitedFor() {
        assertThat(checks(explore(VtdConfig.standard(), true, machine -> {
                    unmap(machine);
                    machine.submit(PAGE, ADDRESS);
                    free(machine);
                })))
                .containsExactly("dma-after-free");
    }

    @Test
    @DisplayName("6.5.2.4 wrong: an invalidation of another page, or of another PASID")
    void wrongInvalidation() {
        for (long[] other : new long[][] {{PAGE, ADDRESS + 0x1000}, {PAGE ^ 2L << 32, ADDRESS}}) {
            assertThat(checks(explore(VtdConfig.standard(), true, machine -> {
                        unmap(machine);
                        machine.submit(other[0], other[1]);
                        machine.submitAndWait();
                        free(machine);
                    })))
                    .containsExactly("dma-after-free");
        }
    }

    @Test
    @DisplayName("6.5.2.4 wrong: invalidated before it is unmapped")
    void invalidatedTooEarly() {
        assertThat(checks(explore(VtdConfig.standard(), true, machine -> {
                    machine.submit(PAGE, ADDRESS);
                    machine.submitAndWait();
                    unmap(machine);
                    free(machine);
                })))
                .containsExactly("dma-after-free");
    }

    @Test
    @DisplayName("CAP.DRD, DWD: without draining, a write on its way reaches the page that the right driver freed")
    void withoutDraining() {
        assertThat(checks(explore(VtdConfig.standard().withDrains(false), true, machine -> {
                    unmap(machine);
                    machine.submit(PAGE, ADDRESS);
                    machine.submitAndWait();
                    free(machine);
                })))
                .containsExactly("dma-after-free");
    }

    // Page tables

    private static void freePageTable(Machine machine, long second) {
        long table = machine.table(1);
        long directory = machine.table(2);
        machine.bed.put(directory + (ADDRESS >>> 21 & 0x1ff) * 8, 0);
        machine.submit(PAGE, second);
        machine.submitAndWait();
        machine.bed.ram.free(table, DRIVER);
        free(machine);
    }

    @Test
    @DisplayName("6.2.5 a page table is freed after an invalidation with IH = 0: nobody walks it any more")
    void pageTable() {
        expectVerified(explore(VtdConfig.standard(), true, machine -> freePageTable(machine, ADDRESS)));
    }

    @Test
    @DisplayName("6.2.5 walks under way are waited for, draining or not")
    void pageTableUnderWay() {
        for (boolean drains : new boolean[] {true, false}) {
            Verdict verdict = explore(VtdConfig.standard().withDrains(drains), false, machine -> {
                long table = machine.table(1);
                machine.bed.put(machine.table(2) + (ADDRESS >>> 21 & 0x1ff) * 8, 0);
                machine.submit(PAGE, ADDRESS);
                machine.submitAndWait();
                machine.bed.ram.free(table, DRIVER);
            });
            expectVerified(verdict);
        }
    }

    @Test
    @DisplayName("6.2.5 wrong: with IH = 1 the paging-structure cache leads to the freed table")
    void pageTableWithHint() {
        Verdict verdict = explore(
                VtdConfig.standard(), true, machine -> freePageTable(machine, ADDRESS | LEAVES_ONLY));
        assertThat(checks(verdict))
                .contains("walk-after-free");
    }

    // A whole PASID

    private static void tearDown(Machine machine, long... invalidations) {
        machine.bed.put(machine.bed.pasidEntry(PASID), 0);
        for (long invalidation : invalidations) {
            machine.submit(invalidation, 0);
        }
        machine.submitAndWait();
        machine.bed.ram.free(machine.table(1), DRIVER);
        machine.bed.ram.free(machine.pml4, DRIVER);
        free(machine);
    }

    @Test
    @DisplayName("6.5.3.3 a PASID-table entry is cleared, PASID cache and IOTLB are invalidated: nothing of it is used")
    void pasid() {
        for (boolean warm : new boolean[] {true, false}) {
            expectVerified(explore(
                    VtdConfig.standard(), warm, machine -> tearDown(machine, PASID_ENTRY, WHOLE_PASID)));
        }
    }

    @Test
    @DisplayName("6.5.3.3 wrong: without PASID-cache invalidation the old tables are walked")
    void pasidCacheForgotten() {
        assertThat(checks(explore(VtdConfig.standard(), true, machine -> tearDown(machine, WHOLE_PASID))))
                .contains("walk-after-free");
    }

    @Test
    @DisplayName("6.5.3.3 wrong: the IOTLB first, and then the PASID cache: in between the IOTLB is filled again")
    void wrongOrder() {
        assertThat(checks(explore(VtdConfig.standard(), true, machine -> tearDown(machine, WHOLE_PASID, PASID_ENTRY))))
                .contains("dma-after-free");
    }

    // Page requests

    /** Whether, once a wait with these flags has completed, a request that had arrived before it is in the queue. */
    private static Verdict drain(long flags) {
        Program program = run -> {
            boolean[] arrived = {false};
            Steps steps = new ListeningSteps(
                    Steps.of(run), site -> arrived[0] |= site.function().startsWith("a page request arrives"));
            VtdTestbed bed = new VtdTestbed(VtdConfig.standard(), steps).start();
            // The first object that a unit makes is its registers.
            long registers = new HardwareObjects().add("registers");
            run.spawnDaemon("iommu", bed.iommu::serve);
            run.spawn("device", () -> bed.iommu.pageRequest(
                    new PageRequest(RID, PASID, ADDRESS, 1, Access.READ, false, true)));
            run.spawn("driver", () -> {
                steps.step(Operation.READ, registers, Wiring.PAGE_ARRIVALS, Site.named("has the request arrived?"));
                boolean early = arrived[0];
                bed.submitWait(2, INTERRUPT | flags);
                steps.await(
                        Operation.READ,
                        VtdTestbed.EVENTS,
                        Steps.ALL,
                        () -> bed.messages.contains("fee00000:" + VtdTestbed.IECTL),
                        INTERRUPTED);
                if (early && bed.register(VtdTestbed.PQT) == 0) {
                    run.report(new Violation("lost-request", "an early page request is not in the queue", List.of()));
                }
            });
        };
        return Explorer.of(program).maxExecutions(2_000_000).explore();
    }

    @Test
    @DisplayName("7.10 PD: what has arrived is in the queue when the wait completes")
    void pageRequestDrain() {
        expectVerified(drain(1 << 7));
    }

    @Test
    @DisplayName("7.10 wrong: a wait without PD overtakes a page request")
    void noPageRequestDrain() {
        assertThat(checks(drain(0))).containsExactly("lost-request");
    }

    @Test
    @DisplayName("7.4.1: two page requests at once: both are in the queue, neither over the other, in every order")
    void twoPageRequests() {
        Program program = new Program() {
            private VtdTestbed bed = new VtdTestbed();

            @Override
            public void start(Run run) {
                bed = new VtdTestbed(VtdConfig.standard(), Steps.of(run)).start();
                for (int group = 1; group <= 2; group++) {
                    int mine = group;
                    run.spawn("function " + group, () -> bed.iommu.pageRequest(
                            new PageRequest(RID, PASID + mine, ADDRESS, mine, Access.READ, false, true)));
                }
                run.spawn("driver", () -> {
                    int tail = (int) bed.register(VtdTestbed.PQT);
                    for (int at = 0; at < tail; at += 32) {
                        if ((bed.get(bed.pageRequestQueue + at) & 0xff) != 1) {
                            run.report(new Violation("torn", "visible before it is written", List.of()));
                        }
                    }
                });
            }

            @Override
            public void finish(Run run) {
                long first = bed.get(bed.pageRequestQueue + 8) >>> 3 & 0x1ff;
                long second = bed.get(bed.pageRequestQueue + 40) >>> 3 & 0x1ff;
                long groups = first | second << 9;
                boolean both = groups == (1 | 2 << 9) || groups == (2 | 1 << 9);
                if (!both || bed.register(VtdTestbed.PQT) != 64) {
                    run.report(new Violation("lost-request", "two requests, but not both in the queue", List.of()));
                }
            }
        };
        expectVerified(Explorer.of(program).explore());
    }

    @Test
    @DisplayName("11.4.9.1: the head is 0 once the queue is off, whatever was being carried out")
    void queueOff() {
        Program program = new Program() {
            private VtdTestbed bed = new VtdTestbed();

            @Override
            public void start(Run run) {
                bed = new VtdTestbed(VtdConfig.standard(), Steps.of(run)).start();
                run.spawnDaemon("iommu", bed.iommu::serve);
                run.spawn("driver", () -> {
                    bed.submitWait(1, 0);
                    bed.register(VtdTestbed.GCMD, VtdTestbed.TE);
                });
            }

            @Override
            public void finish(Run run) {
                if (bed.register(VtdTestbed.IQH) != 0) {
                    run.report(new Violation("head", "the head moves while the queue is off", List.of()));
                }
            }
        };
        expectVerified(Explorer.of(program).explore());
    }

    @Test
    @DisplayName("6.5.2.1, 6.5.2.2: invalidations of the device tables do not deadlock with requests that read them")
    void deviceTables() {
        expectVerified(explore(VtdConfig.standard(), false, machine -> {
            machine.submit(1 | 3 << 4 | (long) RID << 32, 0);
            machine.submit(PASID_ENTRY, 0);
            machine.submit(WHOLE_PASID, 0);
            machine.submitAndWait();
        }));
    }
}
