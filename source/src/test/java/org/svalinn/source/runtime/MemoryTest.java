package org.svalinn.source.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MemoryTest {
    private final Memory memory = new Memory(new Memory.Geometry(4096, 8192, 2, 4096, 4096));

    @Test
    void numbersAreLittleEndianAndLoadedUnsigned() {
        long address = memory.heap(0);
        memory.store(address, 8, 0x8182838485868788L);

        assertThat(memory.load(address, 1)).isEqualTo(0x88);
        assertThat(memory.load(address + 1, 2)).isEqualTo(0x8687);
        assertThat(memory.load(address + 4, 4)).isEqualTo(0x81828384L);
        assertThat(memory.load(address, 8)).isEqualTo(0x8182838485868788L);
    }

    @Test
    void eachActorHasItsOwnHeapAndStack() {
        assertThat(memory.heap(1) - memory.heap(0)).isEqualTo(memory.heapSize());
        assertThat(memory.stack(1) - memory.stack(0)).isEqualTo(memory.stackSize());
        assertThatThrownBy(() -> memory.heap(2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anObjectIsLiveUpToItsLastByteAndNotBeyond() {
        long address = memory.heap(0);
        memory.markLive(address, 13);

        assertThat(memory.isLive(address, 13)).isTrue();
        assertThat(memory.isLive(address + 8, 4)).isTrue();
        assertThat(memory.isLive(address + 12, 2)).isFalse();
        assertThat(memory.isLive(address + 16, 1)).isFalse();
        assertThat(memory.state(address + 16)).isEqualTo(Shadow.UNALLOCATED);
    }

    @Test
    void aFreedObjectIsNotLive() {
        long address = memory.heap(0);
        memory.markLive(address, 24);
        memory.markFreed(address, 24);

        assertThat(memory.isLive(address, 1)).isFalse();
        assertThat(memory.state(address + 23)).isEqualTo(Shadow.FREED);
    }

    @Test
    void anAccessThatLeavesALiveObjectIsNotLive() {
        long address = memory.heap(0);
        memory.markLive(address, 16);
        memory.markRedzone(address + 16, 8);

        assertThat(memory.isLive(address + 8, 16)).isFalse();
        assertThat(memory.isLive(address + 12, 8)).isFalse();
    }

    @Test
    void restoreGoesBackToTheSnapshotBytesAndShadowAlike() {
        long address = memory.heap(0);
        memory.markLive(address, 8);
        memory.store(address, 8, 1);
        memory.snapshot();

        for (int execution = 0; execution < 3; execution++) {
            assertThat(memory.load(address, 8)).isEqualTo(1);
            assertThat(memory.isLive(address, 8)).isTrue();
            assertThat(memory.isLive(address + 2048, 8)).isFalse();
            memory.store(address, 8, 2);
            memory.markFreed(address, 8);
            memory.markLive(address + 2048, 8);
            memory.copy(address + 1020, address, 8);
            memory.fill(address + 3000, 7, 5);
            memory.write(memory.stack(1), new byte[] {1, 2, 3});
            assertThat(memory.dirtyPages()).isEqualTo(4);
            memory.restore();
            assertThat(memory.dirtyPages()).isZero();
        }
        assertThat(memory.bytes(address, 4096)).startsWith(1).hasSize(4096);
        assertThat(memory.load(address + 1020, 8)).isZero();
        assertThat(memory.load(address + 3000, 4)).isZero();
        assertThat(memory.load(memory.stack(1), 4)).isZero();
    }

    @Test
    void aNewSnapshotReplacesTheOld() {
        long address = memory.heap(0);
        memory.snapshot();
        memory.store(address, 4, 1);
        memory.snapshot();
        memory.store(address, 4, 2);
        memory.restore();

        assertThat(memory.load(address, 4)).isEqualTo(1);
    }

    @Test
    void whatIsPlacedDuringAnExecutionIsThereInAllOfThem() {
        long first = memory.place(20, 4, false);
        memory.snapshot();
        memory.store(first, 4, 9);
        long late = memory.place(12, 4, false);
        memory.initialise(late, new byte[] {1, 2, 3});
        memory.restore();

        assertThat(memory.bytes(late, 4)).containsExactly(1, 2, 3, 0);
        assertThat(memory.isLive(late, 12)).isTrue();
        assertThat(memory.isLive(late + 12, 1)).isFalse();
        assertThat(memory.load(first, 4)).isZero();
    }

    @Test
    void globalsAreAlignedAndDoNotTouch() {
        long first = memory.place(1, 1, false);
        long second = memory.place(1, 64, false);

        assertThat(second % 64).isZero();
        assertThat(memory.isLive(first + 1, 1)).isFalse();
        assertThat(memory.isReadOnly(memory.place(4, 4, true))).isTrue();
    }

    @Test
    void thereIsNoRoomForMoreGlobalsThanTheGeometrySays() {
        assertThatThrownBy(() -> memory.place(9000, 8, false)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void rawAccessOutsideOfMemoryIsRefused() {
        assertThatThrownBy(() -> memory.load(0, 8)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> memory.store(memory.stack(1) + memory.stackSize() - 4, 8, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
