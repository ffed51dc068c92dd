package org.svalinn.source.floor;

import java.util.List;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.FloorFunction;

/**
 * Locks: stands for kernel/locking. Who holds a lock stands in the lock's own first bytes: the actor's index plus one
 * for an exclusive holder, minus the number of readers for a shared one. So a lock in freed memory is a use after free.
 * Readers commute with each other.
 */
final class Locks {
    private final World world;

    private Locks(World world) {
        this.world = world;
    }

    static void install(Floor floor, World world) {
        var locks = new Locks(world);
        String spin = "kernel/locking/spinlock.c";
        FloorFunction lock = locks.spinLock();
        FloorFunction unlock = locks.spinUnlock();
        floor.add(spin, lock, "_raw_spin_lock", "_raw_spin_lock_bh");
        floor.add(spin, unlock, "_raw_spin_unlock", "_raw_spin_unlock_bh", "__raw_spin_unlock", "__raw_spin_unlock_bh");
        // A lock may be given back in between without the interrupts, as while it is waited for hardware.
        floor.add(spin, (cpu, args, site) -> {
            long flags = Processor.disable(world, site, cpu);
            lock.call(cpu, args, site);
            return flags;
        }, "_raw_spin_lock_irq", "_raw_spin_lock_irqsave");
        floor.add(spin, (cpu, args, site) -> {
            unlock.call(cpu, args, site);
            return Processor.enable(world, site, cpu, true);
        }, "_raw_spin_unlock_irq", "__raw_spin_unlock_irq");
        floor.add(spin, (cpu, args, site) -> {
            unlock.call(cpu, args, site);
            return Processor.enable(world, site, cpu, args[1] == 0);
        }, "_raw_spin_unlock_irqrestore", "__raw_spin_unlock_irqrestore");
        floor.add(spin, locks.initialise(Integer.BYTES), "__raw_spin_lock_init");
        String mutex = "kernel/locking/mutex.c";
        floor.add(mutex, locks.sleepingLock("mutex_lock"), "mutex_lock", "mutex_lock_killable", "mutex_lock_interruptible");
        floor.add(mutex, locks.sleepingUnlock("mutex"), "mutex_unlock");
        floor.add(mutex, locks.tryLock(), "mutex_trylock");
        floor.add(mutex, locks.isLocked(), "mutex_is_locked");
        floor.add(mutex, locks.initialise(Integer.BYTES), "__mutex_init");
        String rwsem = "kernel/locking/rwsem.c";
        floor.add(rwsem, locks.sleepingLock("down_write"), "down_write", "down_write_killable");
        floor.add(rwsem, locks.sleepingUnlock("rw_semaphore"), "up_write");
        floor.add(rwsem, locks.tryLock(), "down_write_trylock");
        floor.add(rwsem, locks.sharedLock(), "down_read", "down_read_killable");
        floor.add(rwsem, locks.sharedTryLock(), "down_read_trylock");
        floor.add(rwsem, locks.sharedUnlock(), "up_read");
        floor.add(rwsem, locks.downgrade(), "downgrade_write");
        floor.add(rwsem, locks.initialise(Long.BYTES), "__init_rwsem");
    }

    private FloorFunction initialise(int size) {
        return (cpu, args, site) -> {
            cpu.store(args[0], size, 0, false, site);
            return 0;
        };
    }

    private long holder(long lock) {
        return world.memory().contains(lock, Integer.BYTES) ? (int) world.memory().load(lock, Integer.BYTES) : 0;
    }

    private void setHolder(long lock, long holder) {
        if (world.memory().contains(lock, Integer.BYTES)) {
            world.memory().store(lock, Integer.BYTES, holder);
        }
    }

    private static long self(Cpu cpu) {
        return cpu.index() + 1L;
    }

    private void acquire(long lock, String what, Site site, Cpu cpu) {
        world.await(Operation.ACQUIRE, lock, () -> holder(lock) == 0, what, site, cpu);
        setHolder(lock, self(cpu));
    }

    private void release(long lock, String kind, Site site, Cpu cpu) {
        world.touch(Operation.RELEASE, lock, Integer.BYTES, site, cpu);
        if (holder(lock) != self(cpu)) {
            world.report(new Violation("unlock-not-held", "a " + kind + " is unlocked by somebody who does not hold it",
                    List.of(world.end("unlocks", site, cpu))));
        }
        setHolder(lock, 0);
    }

    private FloorFunction spinLock() {
        return (cpu, args, site) -> {
            world.enterAtomic(site, cpu);
            acquire(args[0], "spin_lock", site, cpu);
            return 0;
        };
    }

    private FloorFunction spinUnlock() {
        return (cpu, args, site) -> {
            release(args[0], "spin lock", site, cpu);
            world.leaveAtomic(site, cpu);
            return 0;
        };
    }

    private FloorFunction sleepingLock(String name) {
        return (cpu, args, site) -> {
            world.mightSleep(site, cpu);
            acquire(args[0], name, site, cpu);
            return 0;
        };
    }

    private FloorFunction sleepingUnlock(String kind) {
        return (cpu, args, site) -> {
            release(args[0], kind, site, cpu);
            return 0;
        };
    }

    private FloorFunction tryLock() {
        return (cpu, args, site) -> {
            world.touch(Operation.UPDATE, args[0], Integer.BYTES, site, cpu);
            if (holder(args[0]) != 0) {
                return 0;
            }
            setHolder(args[0], self(cpu));
            return 1;
        };
    }

    private FloorFunction isLocked() {
        return (cpu, args, site) -> {
            world.touch(Operation.READ, args[0], Integer.BYTES, site, cpu);
            return holder(args[0]) != 0 ? 1 : 0;
        };
    }

    private FloorFunction sharedLock() {
        return (cpu, args, site) -> {
            world.mightSleep(site, cpu);
            world.await(Operation.ENTER, args[0], () -> holder(args[0]) <= 0, "down_read", site, cpu);
            setHolder(args[0], holder(args[0]) - 1);
            return 0;
        };
    }

    private FloorFunction sharedTryLock() {
        return (cpu, args, site) -> {
            world.touch(Operation.UPDATE, args[0], Integer.BYTES, site, cpu);
            if (holder(args[0]) > 0) {
                return 0;
            }
            setHolder(args[0], holder(args[0]) - 1);
            return 1;
        };
    }

    private FloorFunction sharedUnlock() {
        return (cpu, args, site) -> {
            world.touch(Operation.LEAVE, args[0], Integer.BYTES, site, cpu);
            if (holder(args[0]) >= 0) {
                world.report(new Violation("unlock-not-held", "a rw_semaphore is released that no reader holds",
                        List.of(world.end("releases", site, cpu))));
            } else {
                setHolder(args[0], holder(args[0]) + 1);
            }
            return 0;
        };
    }

    private FloorFunction downgrade() {
        return (cpu, args, site) -> {
            world.touch(Operation.SIGNAL, args[0], Integer.BYTES, site, cpu);
            setHolder(args[0], -1);
            return 0;
        };
    }
}
