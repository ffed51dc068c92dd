package org.svalinn.kernel.mm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.svalinn.kernel.mm.World.PAGE;
import static org.svalinn.kernel.mm.World.V5_18;
import static org.svalinn.kernel.mm.World.explore;
import static org.svalinn.kernel.mm.World.verified;
import static org.svalinn.kernel.mm.World.violations;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.kernel.fs.File;
import org.svalinn.kernel.fs.FileOperations;
import org.svalinn.kernel.sync.SpinLock;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.memory.Use;
import org.svalinn.machine.paging.AArch64Entries;
import org.svalinn.machine.paging.AArch64Format;
import org.svalinn.machine.paging.AArch64Walker;
import org.svalinn.machine.paging.PhysicalTables;
import org.svalinn.machine.paging.Walk;
import org.svalinn.machine.paging.WalkFault;
import org.svalinn.machine.paging.X86Walker;

/** What is mapped where, and who may still see it: {@code mm/mmap.c}, {@code mm/memory.c}. */
class MmapTest {
    private static final Use WALK = Use.of(Use.Kind.WALK, "the device walks");
    private static final Use DMA = Use.of(Use.Kind.DMA, "the device reads");
    private static final Use WRITE = Use.of(Use.Kind.DMA, "the device writes");
    private static final long FORMAT = X86Walker.format(46, X86Walker.NXE);

    /** A device that walks the page tables; nobody may change them under its lock, if its notifier waits for that. */
    private static final class Device {
        final World world;
        final Mm mm;
        final SpinLock underWay;

        Device(World world, Mm mm) {
            this.world = world;
            this.mm = mm;
            underWay = new SpinLock(world.core, "transaction");
        }

        boolean access(long address, boolean write) {
            underWay.lock();
            Walk walk = new Walk(new PhysicalTables(world.ram, WALK)).as(FORMAT);
            int wanted = write ? Access.READ | Access.WRITE : Access.READ;
            new X86Walker().walk(walk.begin(mm.pages().root(), X86Walker.levels(FORMAT), address, wanted, false));
            boolean good = walk.fault() == WalkFault.NONE;
            if (good && write) {
                world.ram.write(walk.physical(), 8, 7, WRITE.on(mm.pages().owner()));
            } else if (good) {
                world.ram.read(walk.physical(), 8, DMA.on(mm.pages().owner()));
            }
            underWay.unlock();
            return good;
        }

        void waitForWhatIsUnderWay() {
            underWay.lock();
            underWay.unlock();
        }
    }

    private static final class DeviceNotifier extends MmuNotifier {
        private final Consumer<Mm> onChange;

        DeviceNotifier(World world, Consumer<Mm> onChange) {
            super(world.core, "device's notifier", Site.named("kzalloc"));
            this.onChange = onChange;
        }

        @Override
        public void release(Mm mm) {
            onChange.accept(mm);
        }

        @Override
        public void invalidateRange(Mm mm, long start, long end) {
            onChange.accept(mm);
        }

        @Override
        public void freeNotifier() {
            free(Site.named("kfree"));
        }

        @Override
        public String toString() {
            return "device's notifier";
        }

        @Override
        public String kind() {
            return "mmu_notifier";
        }
    }

    @Test
    void munmapFreesPagesAndTablesWhenTheDeviceHasForgottenThem() {
        Verdict verdict = explore(V5_18, world -> unmapAgainstADevice(world, true));
        verified(verdict);
    }

    @Test
    void munmapThatDoesNotWaitFreesThemUnderTheDevice() {
        assertThat(violations(explore(V5_18, world -> unmapAgainstADevice(world, false))))
                .containsExactly("dma-after-free", "walk-after-free");
    }

    private static void unmapAgainstADevice(World world, boolean waits) {
        againstADevice(world, waits, mm -> mm.mmap().unmap(PAGE, PAGE), false);
    }

    private static void againstADevice(World world, boolean waits, Consumer<Mm> change, boolean write) {
        Mm mm = world.mm("process", 1);
        Device device = new Device(world, mm);
        DeviceNotifier notifier = new DeviceNotifier(world, changed -> {
            if (waits) {
                device.waitForWhatIsUnderWay();
            }
        });
        mm.notifiers().register(notifier);
        mm.get();
        world.actor("process", () -> {
            change.accept(mm);
            mm.put();
        });
        world.actor("device", () -> {
            device.access(PAGE, write);
            mm.put();
            mm.notifiers().put(notifier);
        });
    }

    @Test
    void mremapMovesWhatIsInPages() {
        verified(explore(V5_18, world -> againstADevice(world, true, mm -> {
            MachinePages pages = (MachinePages) mm.pages();
            if (mm.mmap().move(PAGE, 8 * PAGE, PAGE) != 0 || pages.isPresent(PAGE) || !pages.isPresent(8 * PAGE)) {
                world.violate("mremap", "not moved");
            }
            long value = pages.load(8 * PAGE);
            if (value != 0 && value != 7) {
                world.violate("mremap", "lost");
            }
        }, true)));
    }

    @Test
    void afterMprotectNobodyWrites() {
        verified(protectAgainstADevice(true));
        assertThat(violations(protectAgainstADevice(false))).containsExactly("mprotect");
    }

    private static Verdict protectAgainstADevice(boolean waits) {
        return explore(V5_18, world -> againstADevice(world, waits, mm -> {
            mm.mmap().protect(PAGE, PAGE, false);
            long before = ((MachinePages) mm.pages()).load(PAGE);
            if (mm.fault(PAGE, true) || !mm.fault(PAGE, false)) {
                world.violate("mprotect", "can be written");
            }
            if (before != ((MachinePages) mm.pages()).load(PAGE)) {
                world.violate("mprotect", "has been written");
            }
        }, true));
    }

    @Test
    void parentAndChildOfForkDoNotSeeEachOthersWrites() {
        verified(explore(V5_18, world -> {
            Mm parent = world.mm("parent", 1);
            Mm child = world.memory.duplicate(parent, "child");
            Device ofParent = new Device(world, parent);
            Device ofChild = new Device(world, child);
            world.actor("parent", () -> {
                if (ofParent.access(PAGE, true)) {
                    world.violate("cow", "written without a copy");
                }
                parent.fault(PAGE, true);
                if (!ofParent.access(PAGE, true) || ((MachinePages) parent.pages()).load(PAGE) != 7) {
                    world.violate("cow", "not written after a copy");
                }
                parent.put();
            });
            world.actor("child", () -> {
                if (!ofChild.access(PAGE, false) || ((MachinePages) child.pages()).load(PAGE) != 0) {
                    world.violate("cow", "the child sees the parent's write");
                }
                child.fault(PAGE, true);
                if (!ofChild.access(PAGE, true)) {
                    world.violate("cow", "not written after a copy");
                }
                child.put();
            });
        }));
    }

    @Test
    void tablesOfArmToo() {
        verified(explore(V5_18, world -> {
            world.tables(
                    new AArch64Entries(AArch64Format.stage1(12, 48, 48, 0)),
                    AArch64Walker.AP_UNPRIVILEGED | AArch64Walker.ACCESS_FLAG | AArch64Walker.NOT_GLOBAL);
            Mm parent = world.mm("parent", 2);
            Mm child = world.memory.duplicate(parent, "child");
            world.actor("parent", () -> {
                MachinePages pages = (MachinePages) parent.pages();
                parent.fault(PAGE, true);
                parent.mmap().move(PAGE, 8 * PAGE, 2 * PAGE);
                parent.mmap().protect(8 * PAGE, PAGE, false);
                if (pages.pages() != 2 || pages.isPresent(PAGE) || parent.fault(8 * PAGE, true)) {
                    world.violate("arm", "not as on x86");
                }
                parent.mmap().unmap(9 * PAGE, PAGE);
                parent.put();
            });
            world.actor("child", child::put);
        }));
    }

    @Test
    void sharedMemoryIsSeenByBoth() {
        verified(explore(V5_18, world -> {
            Mm parent = world.memory.allocate("parent");
            parent.mmap().anonymous(PAGE, PAGE, Vma.Flag.WRITE, Vma.Flag.SHARED);
            parent.fault(PAGE, true);
            Mm child = world.memory.duplicate(parent, "child");
            Device ofParent = new Device(world, parent);
            world.actor("parent", () -> {
                if (!ofParent.access(PAGE, true) || ((MachinePages) child.pages()).load(PAGE) != 7) {
                    world.violate("shared", "not seen");
                }
                parent.put();
                child.put();
            });
        }));
    }

    @Test
    void copyOnWriteThatDoesNotWaitLetsTheDeviceSeeAnothersPage() {
        for (boolean waits : new boolean[] {true, false}) {
            Verdict verdict = explore(V5_18, world -> {
                Mm parent = world.mm("parent", 1);
                Mm child = world.memory.duplicate(parent, "child");
                Device device = new Device(world, parent);
                DeviceNotifier notifier = new DeviceNotifier(world, changed -> {
                    if (waits) {
                        device.waitForWhatIsUnderWay();
                    }
                });
                parent.notifiers().register(notifier);
                parent.get();
                world.actor("parent", () -> {
                    parent.fault(PAGE, true);
                    child.put();
                    parent.put();
                });
                world.actor("device", () -> {
                    device.access(PAGE, false);
                    parent.put();
                    parent.notifiers().put(notifier);
                });
            });
            if (waits) {
                verified(verdict);
            } else {
                assertThat(violations(verdict)).containsExactly("dma-after-free", "isolation");
            }
        }
    }

    @Test
    void twoFaultsOnOnePageGiveOnePage() {
        verified(explore(V5_18, world -> {
            Mm mm = world.memory.allocate("process");
            mm.mmap().anonymous(PAGE, PAGE, Vma.Flag.WRITE);
            for (String name : new String[] {"one", "two"}) {
                mm.get();
                world.actor(name, () -> {
                    if (!mm.fault(PAGE, true) || mm.pages().pages() != 1) {
                        world.violate("fault", "not one page");
                    }
                    mm.put();
                });
            }
            world.actor("process", mm::put);
        }));
    }

    @Test
    void aFaultAfterMunmapIsRefused() {
        verified(explore(V5_18, world -> {
            Mm mm = world.mm("process", 3);
            mm.get();
            world.actor("process", () -> {
                mm.mmap().unmap(2 * PAGE, PAGE);
                if (mm.fault(2 * PAGE, false) || !mm.fault(3 * PAGE, false) || mm.mmap().areas().size() != 2) {
                    world.violate("munmap", "not split");
                }
                mm.put();
            });
            world.actor("handler", () -> {
                mm.fault(2 * PAGE, true);
                mm.put();
            });
        }));
    }

    private static final class Registers implements FileOperations {
        int released;

        @Override
        public void release(File file) {
            released++;
        }
    }

    @Test
    void aMappingHoldsItsFileUntilItsPagesAreGone() {
        Registers registers = new Registers();
        verified(explore(V5_18, world -> {
            registers.released = 0;
            Mm mm = world.mm("process", 1);
            File file = new File(world.core, "/dev/accelerator", registers);
            mm.mmap().file(file, 4 * PAGE, 2 * PAGE);
            file.put();
            mm.get();
            world.actor("process", () -> {
                mm.mmap().unmap(4 * PAGE, PAGE);
                world.core.taskWork().run();
                if (registers.released != 0 || mm.fault(5 * PAGE, false)) {
                    world.violate("file", "released though half of it is mapped, or memory");
                }
                mm.put();
            });
            world.actor("other", mm::put);
        }, world -> {
            if (registers.released != 1) {
                world.violate("file", "released " + registers.released + " times");
            }
        }));
    }

    @Test
    void aDriverMayRefuse() {
        verified(explore(V5_18, world -> {
            Mm mm = world.memory.allocate("process");
            File file = new File(world.core, "/dev/accelerator", new FileOperations() {
                @Override
                public int mmap(File mapped) {
                    return -12;
                }

                @Override
                public void release(File released) {}
            });
            world.actor("process", () -> {
                if (mm.mmap().file(file, PAGE, PAGE) != -12 || !mm.mmap().areas().isEmpty()) {
                    world.violate("mmap", "not refused");
                }
                file.put();
                mm.put();
            });
        }));
    }

    @Test
    void aChildHoldsTheFilesOfItsMappings() {
        Registers registers = new Registers();
        verified(explore(V5_18, world -> {
            registers.released = 0;
            Mm parent = world.memory.allocate("parent");
            File file = new File(world.core, "/dev/accelerator", registers);
            parent.mmap().file(file, PAGE, PAGE);
            parent.mmap().file(file, 4 * PAGE, PAGE, Vma.Flag.DONT_COPY);
            file.put();
            world.actor("parent", () -> {
                Mm child = world.memory.duplicate(parent, "child");
                parent.put();
                world.core.taskWork().run();
                if (registers.released != 0 || child.mmap().areas().size() != 1) {
                    world.violate("file", "the child does not hold it");
                }
                child.put();
            });
        }));
    }
}
