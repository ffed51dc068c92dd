package org.svalinn.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Program;
import org.svalinn.explore.Verdict;
import org.svalinn.kernel.ReferenceKernel.Iommu;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.driver.CharDevice;
import org.svalinn.kernel.task.Task;
import org.svalinn.machine.pcie.Work;

/** Small programs on the whole reference kernel, each explored exhaustively. */
class ReferenceKernelTest {
    private static final Variant V5_18 = Variant.of(Design.V5_18);
    private static final long DATA = 0x10000;
    private static final long PORTAL = 0x20000;
    private static final Work STORE = Work.write(0, DATA, 8, 0x5a);
    private static final String REACHED = "DMA reached memory";

    /** As a library, in ten lines. */
    @Test
    void childClosesTheDeviceOfAParentThatHasExited() {
        Program program = new ReferenceProgram(V5_18, Iommu.VTD, kernel -> {
            CharDevice accel = kernel.addDevice("accel");
            Task parent = kernel.exec("parent");
            parent.open(accel);
            Task child = parent.fork("child");
            kernel.spawn(parent, parent::exit);
            kernel.spawn(child, child::exit);
        });
        assertThat(Explorer.of(program).explore()).isInstanceOf(Verdict.Verified.class);
    }

    @ParameterizedTest
    @EnumSource
    void bindAndClose(Iommu iommu) {
        verified(V5_18, iommu, Set.of("opened"), kernel -> {
            CharDevice accel = kernel.addDevice("accel");
            Task task = kernel.exec("task");
            kernel.spawn(task, () -> {
                if (task.open(accel) == 0) {
                    kernel.reach("opened");
                }
                task.close(accel);
                task.exit();
            });
        });
    }

    /** Its tables of context descriptors have 64 entries, of which the first is for requests without a PASID. */
    @Test
    void noMorePasidsThanTheIommuHasEntriesFor() {
        verified(V5_18, Iommu.SMMUV3, Set.of(), kernel -> {
            CharDevice accel = kernel.addDevice("accel");
            List<Task> tasks = new ArrayList<>();
            for (int i = 1; i <= 63; i++) {
                Task task = kernel.exec("task " + i);
                tasks.add(task);
                assertThat(task.open(accel)).isZero();
            }
            Task oneMore = kernel.exec("one more");
            assertThat(oneMore.open(accel)).isNegative();
            tasks.forEach(Task::exit);
            kernel.spawn(oneMore, oneMore::exit);
        });
    }

    private static void exitBeforeClose(ReferenceKernel kernel) {
        CharDevice accel = kernel.addDevice("accel");
        Task parent = processWithData(kernel, "parent");
        parent.open(accel);
        Task child = parent.fork("child");
        kernel.spawn(parent, parent::exit);
        kernel.spawn(child, () -> {
            child.close(accel);
            child.exit();
        });
    }

    @ParameterizedTest
    @EnumSource
    void exitBeforeClose(Iommu iommu) {
        verified(V5_18, iommu, Set.of(), ReferenceKernelTest::exitBeforeClose);
        verified(Variant.of(Design.V5_17), iommu, Set.of(), ReferenceKernelTest::exitBeforeClose);
        verified(Variant.of(Design.V6_12), iommu, Set.of(), ReferenceKernelTest::exitBeforeClose);
    }

    /**
     * In 5.18-rc the PASID goes with the address space, while the child's file still binds the device. Only on SMMUv3
     * is it in a
     * table then: release() of VT-d's driver clears the entry.
     */
    @Test
    void pasidThatGoesWithTheAddressSpaceIsStillBound() {
        assertThat(checks(Variant.of(Design.V5_18_RC), Iommu.SMMUV3, ReferenceKernelTest::exitBeforeClose))
                .contains("pasid-reuse");
        verified(Variant.of(Design.V5_18_RC), Iommu.VTD, Set.of(), ReferenceKernelTest::exitBeforeClose);
    }

    @ParameterizedTest
    @EnumSource
    void exitWhileMapped(Iommu iommu) {
        verified(V5_18, iommu, Set.of(), ReferenceKernelTest::exitWhileMapped);
    }

    private static void exitWhileMapped(ReferenceKernel kernel) {
        CharDevice accel = kernel.addDevice("accel");
        Task task = processWithData(kernel, "task");
        task.open(accel);
        task.mmap(PORTAL, accel);
        kernel.spawn(task, task::exit);
    }

    /** The mapping holds the file, the file the bond, the bond the address space, and that the mapping. */
    @ParameterizedTest
    @EnumSource
    void addressSpaceThatABondPinsIsNeverFreed(Iommu iommu) {
        assertThat(checks(Variant.of(Design.PIN_USERS), iommu, ReferenceKernelTest::exitWhileMapped))
                .containsExactly("leak");
    }

    @ParameterizedTest
    @EnumSource
    void twoThreadsCloseTwoDevices(Iommu iommu) {
        verified(V5_18, iommu, Set.of(), kernel -> {
            CharDevice one = kernel.addDevice("one");
            CharDevice other = kernel.addDevice("other");
            Task task = kernel.exec("task");
            task.open(one);
            task.open(other);
            Task thread = task.clone("thread");
            kernel.spawn(task, () -> {
                task.close(one);
                task.exit();
            });
            kernel.spawn(thread, () -> {
                thread.close(other);
                thread.exit();
            });
        });
    }

    @ParameterizedTest
    @EnumSource
    void execWhileBound(Iommu iommu) {
        verified(V5_18, iommu, Set.of("another PASID"), kernel -> {
            CharDevice accel = kernel.addDevice("accel");
            Task task = processWithData(kernel, "task");
            task.open(accel);
            int before = task.pasid();
            kernel.spawn(task, () -> {
                task.exec();
                task.open(accel);
                if (task.pasid() != before) {
                    kernel.reach("another PASID");
                }
                task.close(accel);
                task.exit();
            });
        });
    }

    @ParameterizedTest
    @EnumSource
    void execClosesWhatWasOpenedForThat(Iommu iommu) {
        verified(V5_18, iommu, Set.of("closed"), kernel -> {
            CharDevice accel = kernel.addDevice("accel");
            Task task = kernel.exec("task");
            task.open(accel, true);
            kernel.spawn(task, () -> {
                task.exec();
                if (task.close(accel) != 0) {
                    kernel.reach("closed");
                }
                task.exit();
            });
        });
    }

    // ENQCMD

    private static void enqcmd(ReferenceKernel kernel) {
        CharDevice dsa = kernel.addWorkQueueDevice("dsa");
        Task task = processWithData(kernel, "task");
        task.open(dsa);
        task.mmap(PORTAL, dsa);
        kernel.spawn(task, () -> {
            if (task.enqcmd(dsa, STORE) != null && task.pasidRegister().isValid()) {
                kernel.reach("fixed up");
            }
            task.exit();
        });
    }

    @ParameterizedTest
    @EnumSource
    void firstEnqcmdIsFixedUp(Iommu iommu) {
        verified(V5_18, iommu, Set.of("fixed up"), ReferenceKernelTest::enqcmd);
    }

    @ParameterizedTest
    @EnumSource
    void enqcmdOfAForkedChildFaults(Iommu iommu) {
        verified(V5_18, iommu, Set.of("parent", "fault"), kernel -> {
            CharDevice dsa = kernel.addWorkQueueDevice("dsa");
            Task parent = processWithData(kernel, "parent");
            parent.open(dsa);
            parent.mmap(PORTAL, dsa);
            if (parent.enqcmd(dsa, STORE) != null) {
                kernel.reach("parent");
            }
            Task child = parent.fork("child");
            child.mmap(PORTAL, dsa);
            kernel.spawn(child, () -> {
                if (child.enqcmd(dsa, STORE) == null && !child.pasidRegister().isValid()) {
                    kernel.reach("fault");
                }
                child.exit();
            });
            kernel.spawn(parent, parent::exit);
        });
    }

    /** The portal is of a file that the parent has opened: it does not go when the child is no longer bound. */
    private static void enqueueAtTheParentsPortal(ReferenceKernel kernel, boolean closesBefore) {
        CharDevice dsa = kernel.addWorkQueueDevice("dsa");
        CharDevice other = kernel.addWorkQueueDevice("other");
        Task parent = processWithData(kernel, "parent");
        parent.open(dsa);
        Task child = parent.fork("child");
        child.open(other);
        child.mmap(PORTAL, dsa);
        child.enqcmd(other, STORE);
        if (!child.pasidRegister().isValid()) {
            throw new IllegalStateException("the first ENQCMD was not fixed up");
        }
        kernel.spawn(child, () -> {
            if (closesBefore) {
                child.close(other);
            }
            child.enqcmd(dsa, STORE);
            child.exit();
        });
    }

    /** What a PASID for life is for: no register has to be taken back. With 5.17's, ENQCMD had to be switched off. */
    @Test
    void registerOutlivesAPasidThatGoesWithTheLastUnbind() {
        assertThat(checks(
                        Variant.of(Design.V5_17), Iommu.VTD, kernel -> enqueueAtTheParentsPortal(kernel, true)))
                .contains("stale-pasid");
        assertThat(checks(V5_18, Iommu.VTD, kernel -> enqueueAtTheParentsPortal(kernel, true)))
                .doesNotContain("stale-pasid");
    }

    /**
     * A queue is drained of the PASID of who opened it. Work that a child enqueues at its parent's portal, with a
     * PASID that it has from
     * another device, is nobody's to wait for: a hole in 6.1's idxd, for all that this model says.
     */
    @Test
    void workAtTheParentsPortalOutlivesThePasidOfTheChild() {
        assertThat(checks(V5_18, Iommu.VTD, kernel -> enqueueAtTheParentsPortal(kernel, false)))
                .contains("pasid-reuse");
    }

    @Test
    void threadHasItsOwnRegisterAndAnotherProgramNone() {
        verified(V5_18, Iommu.VTD, Set.of("none", "own", "none again"), kernel -> {
            CharDevice dsa = kernel.addWorkQueueDevice("dsa");
            Task task = kernel.exec("task");
            task.open(dsa);
            task.mmap(PORTAL, dsa);
            task.enqcmd(dsa, STORE);
            Task thread = task.clone("thread");
            if (!thread.pasidRegister().isValid()) {
                kernel.reach("none");
            }
            thread.enqcmd(dsa, STORE);
            if (thread.pasidRegister().pasid() == task.pasidRegister().pasid()) {
                kernel.reach("own");
            }
            thread.exit();
            task.exec();
            if (!task.pasidRegister().isValid()) {
                kernel.reach("none again");
            }
            kernel.spawn(task, task::exit);
        });
    }

    @Test
    void workThatNobodyWaitsForOutlivesItsPasid() {
        assertThat(checks(V5_18.without(Omission.DEVICE_DRAIN), Iommu.VTD, ReferenceKernelTest::enqcmd))
                .contains("pasid-reuse");
    }

    // The OOM killer, and DMA

    @ParameterizedTest
    @EnumSource
    void oomKill(Iommu iommu) {
        verified(V5_18, iommu, Set.of("picked", "too late"), kernel -> {
            CharDevice accel = kernel.addDevice("accel");
            Task victim = processWithData(kernel, "victim");
            victim.open(accel);
            kernel.spawn(victim, victim::exit);
            Task killer = kernel.exec("killer");
            kernel.spawn(killer, () -> {
                kernel.reach(killer.oomKill(victim) ? "picked" : "too late");
                killer.exit();
            });
        });
    }

    private static Consumer<ReferenceKernel> dmaAgainst(Consumer<Task> life) {
        return kernel -> {
            CharDevice accel = kernel.addDevice("accel");
            Task task = processWithData(kernel, "task");
            task.open(accel);
            int pasid = task.pasid();
            kernel.spawn(task, () -> life.accept(task));
            kernel.spawn(accel, () -> {
                if (kernel.dma(accel, pasid, DATA, true)) {
                    kernel.reach(REACHED);
                }
            });
        };
    }

    @ParameterizedTest
    @EnumSource
    void dmaAgainstExit(Iommu iommu) {
        verified(V5_18, iommu, Set.of(REACHED), dmaAgainst(Task::exit));
    }

    @ParameterizedTest
    @EnumSource
    void dmaAgainstUnmap(Iommu iommu) {
        verified(V5_18, iommu, Set.of(REACHED), dmaAgainst(task -> {
            task.munmap(DATA);
            task.exit();
        }));
    }

    @ParameterizedTest
    @EnumSource
    void deviceThatIsNotStoppedKeepsThePasid(Iommu iommu) {
        assertThat(checks(V5_18.without(Omission.STOP), iommu, dmaAgainst(Task::exit))).contains("pasid-reuse");
    }

    @ParameterizedTest
    @EnumSource
    void releaseThatDoesNothingLeavesFreedPagesToTheDevice(Iommu iommu) {
        assertThat(checks(V5_18.without(Omission.RELEASE), iommu, dmaAgainst(Task::exit)))
                .contains("dma-after-free");
    }

    // ----

    private static Task processWithData(ReferenceKernel kernel, String name) {
        Task task = kernel.exec(name);
        task.mmap(DATA, null);
        task.touch(DATA);
        return task;
    }

    private static void verified(Variant variant, Iommu iommu, Set<String> goals, Consumer<ReferenceKernel> setup) {
        assertThat(Explorer.of(new ReferenceProgram(variant, iommu, goals, setup)).explore())
                .isInstanceOf(Verdict.Verified.class);
    }

    private static Set<String> checks(Variant variant, Iommu iommu, Consumer<ReferenceKernel> setup) {
        Verdict verdict = Explorer.of(new ReferenceProgram(variant, iommu, setup)).explore();
        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        Set<String> checks = new TreeSet<>();
        ((Verdict.Violated) verdict).counterexamples().forEach(one -> checks.add(one.violation().check()));
        return checks;
    }
}
