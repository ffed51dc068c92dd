package org.svalinn.kernel.sva;

import java.util.function.Consumer;
import org.svalinn.kernel.mm.Mm;

/** What happens to bonds, in every order. */
enum Scenarios implements Consumer<SvaWorld> {
    /** The address space goes, and another process closes the file. */
    EXIT_AND_CLOSE {
        @Override
        public void accept(SvaWorld world) {
            Mm mm = world.mm("a");
            FakeDevice device = world.device("accel");
            SvaHandle handle = world.bind(device, mm);
            world.spawn("exit", mm::put);
            world.spawn("close", () -> world.close(device, handle));
        }
    },
    /** The same with a device that sends DMA meanwhile. */
    DMA_EXIT_AND_CLOSE {
        @Override
        public void accept(SvaWorld world) {
            Mm mm = world.mm("a");
            FakeDevice device = world.device("accel");
            SvaHandle handle = world.bind(device, mm);
            int pasid = handle.pasid();
            world.spawn("exit", mm::put);
            world.spawn("device", () -> device.dma(pasid));
            world.spawn("close", () -> world.close(device, handle));
        }
    },
    /** A task exits as the kernel has it: its address space first, and then its files. */
    DMA_AND_EXIT {
        @Override
        public void accept(SvaWorld world) {
            Mm mm = world.mm("a");
            FakeDevice device = world.device("accel");
            SvaHandle handle = world.bind(device, mm);
            int pasid = handle.pasid();
            world.spawn("device", () -> device.dma(pasid));
            world.spawn("exit", () -> {
                mm.put();
                world.close(device, handle);
            });
        }
    },
    /** One thread binds while another exits. */
    BIND_AND_EXIT {
        @Override
        public void accept(SvaWorld world) {
            Mm mm = world.mm("a");
            mm.get();
            FakeDevice device = world.device("accel");
            world.spawn("exit", mm::put);
            world.spawn("bind", () -> {
                SvaHandle handle = world.bind(device, mm);
                mm.put();
                world.close(device, handle);
            });
        }
    },
    /** Two threads bind one address space to two devices. */
    TWO_BINDS {
        @Override
        public void accept(SvaWorld world) {
            Mm mm = world.mm("a");
            mm.get();
            for (String name : new String[] {"first", "second"}) {
                FakeDevice device = world.device(name);
                world.spawn(name, () -> {
                    SvaHandle handle = world.bind(device, mm);
                    world.close(device, handle);
                    mm.put();
                });
            }
        }
    },
    /** Two threads bind one address space to one device, and share the bond. */
    SHARED_BIND {
        @Override
        public void accept(SvaWorld world) {
            Mm mm = world.mm("a");
            mm.get();
            FakeDevice device = world.device("accel");
            for (String name : new String[] {"first", "second"}) {
                world.spawn(name, () -> {
                    SvaHandle handle = world.bind(device, mm);
                    world.sva.unbindDevice(handle);
                    mm.put();
                });
            }
        }
    },
    /** Two processes close two devices that are bound to one address space, which goes. */
    EXIT_AND_TWO_CLOSES {
        @Override
        public void accept(SvaWorld world) {
            Mm mm = world.mm("a");
            world.spawn("exit", mm::put);
            for (String name : new String[] {"first", "second"}) {
                FakeDevice device = world.device(name);
                SvaHandle handle = world.bind(device, mm);
                world.spawn("close " + name, () -> world.close(device, handle));
            }
        }
    },
    /** One thread unmaps while another closes the file. */
    UNMAP_AND_CLOSE {
        @Override
        public void accept(SvaWorld world) {
            Mm mm = world.mm("a");
            mm.fault(SvaWorld.ADDRESS, true);
            FakeDevice device = world.device("accel");
            SvaHandle handle = world.bind(device, mm);
            world.spawn("unmap", () -> {
                mm.mmap().unmap(SvaWorld.ADDRESS, 0x1000);
                mm.put();
            });
            world.spawn("close", () -> world.close(device, handle));
        }
    },
    /** A device faults while its file is closed. */
    FAULT_AND_CLOSE {
        @Override
        public void accept(SvaWorld world) {
            Mm mm = world.mm("a");
            FakeDevice device = world.device("accel");
            SvaHandle handle = world.bind(device, mm);
            int pasid = handle.pasid();
            world.spawn("device", () -> device.request(pasid, 1, SvaWorld.ADDRESS, true));
            world.spawn("close", () -> {
                world.close(device, handle);
                mm.put();
            });
        }
    },
    /** A device faults while its process exits. */
    FAULT_AND_EXIT {
        @Override
        public void accept(SvaWorld world) {
            Mm mm = world.mm("a");
            FakeDevice device = world.device("accel");
            SvaHandle handle = world.bind(device, mm);
            int pasid = handle.pasid();
            world.spawn("device", () -> device.request(pasid, 1, SvaWorld.ADDRESS, true));
            world.spawn("exit", () -> {
                mm.put();
                world.close(device, handle);
            });
        }
    },
    /** A device makes a group of requests, of which its stop may cut off the last. The second page is not mapped. */
    GROUP_AND_CLOSE {
        @Override
        public void accept(SvaWorld world) {
            Mm mm = world.mm("a");
            FakeDevice device = world.device("accel");
            SvaHandle handle = world.bind(device, mm);
            int pasid = handle.pasid();
            world.spawn("device", () -> {
                device.request(pasid, 1, SvaWorld.ADDRESS, false);
                device.request(pasid, 1, SvaWorld.ADDRESS + 0x1000, true);
            });
            world.spawn("close", () -> {
                world.close(device, handle);
                mm.put();
            });
        }
    }
}
