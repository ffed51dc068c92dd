package org.svalinn.machine.pcie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.svalinn.machine.iommu.UnsupportedFeature;

/** A function's configuration space, found by walking the lists as an operating system does. */
class ConfigurationSpaceTest {
    private final Endpoint function = new Bus(Capabilities.SVA.withInvalidateQueueDepth(16)).function;
    private final ConfigurationSpace space = new ConfigurationSpace(function, 0x0cfe_8086);
    private final Map<Integer, Integer> extended = extended(space);

    private static Map<Integer, Integer> extended(ConfigurationSpace space) {
        Map<Integer, Integer> found = new LinkedHashMap<>();
        for (int at = 0x100; at != 0; at = space.read(at, 4) >>> 20) {
            found.put(space.read(at, 2), at);
        }
        return found;
    }

    private int at(int capability) {
        return extended.getOrDefault(capability, 0);
    }

    @Test
    @DisplayName("7.6.3: the extended capabilities ATS, Page Request and PASID are a list")
    void listsItsExtendedCapabilities() {
        assertThat(extended.keySet()).containsExactly(0x0f, 0x13, 0x1b);
        assertThat(extended(new ConfigurationSpace(new Bus(Capabilities.UNTRANSLATED).function, 1)).keySet())
                .containsExactly(0, 0x1b);
    }

    @Test
    @DisplayName("10.5.1: ATS Capability and Control")
    void ats() {
        assertThat(space.read(at(0x0f) + 4, 2)).isEqualTo(16 | 1 << 5 | 1 << 6);
        assertThat(space.read(at(0x0f) + 6, 2)).isEqualTo(0x8000);
        space.write(at(0x0f) + 6, 2, 0);
        assertThat(function.requests.usesAts()).isFalse();
        space.write(at(0x0f) + 6, 2, 0x8001);
        assertThat(function.requests.smallestTranslation()).isEqualTo(13);
    }

    @Test
    @DisplayName("10.5.1.2: an Invalidate Queue Depth of 32 reads as 0")
    void queueDepthOf32() {
        Endpoint deep = new Bus(Capabilities.SVA.withGlobalInvalidate(false)).function;
        assertThat(new ConfigurationSpace(deep, 1).read(0x104, 2)).isEqualTo(1 << 5);
    }

    @Test
    @DisplayName("10.5.2: Page Request Control, Status, Capacity and Allocation")
    void pageRequests() {
        int pri = at(0x13);
        assertThat(space.read(pri + 4, 2)).isEqualTo(1);
        assertThat(space.read(pri + 6, 2)).isEqualTo(0x8000);
        assertThat(space.read(pri + 8, 4)).isEqualTo(64);
        space.write(pri + 0xc, 4, 7);
        assertThat(space.read(pri + 0xc, 4)).isEqualTo(7);
        space.write(pri + 4, 2, 0);
        assertThat(space.read(pri + 6, 2)).as("Stopped").isEqualTo(0x8100);
    }

    @Test
    @DisplayName("7.8.9: PASID Capability and Control")
    void pasids() {
        assertThat(space.read(at(0x1b) + 4, 2)).isEqualTo(20 << 8 | 0b110);
        assertThat(space.read(at(0x1b) + 6, 2)).isEqualTo(0b111);
    }

    @Test
    @DisplayName("7.5.3.4: Initiate Function Level Reset")
    void functionLevelReset() {
        int express = space.read(0x34, 1);
        assertThat(space.read(express, 1)).isEqualTo(0x10);
        assertThat(space.read(express + 4, 4) >>> 28 & 1).as("FLR Capability").isEqualTo(1);
        space.write(express + 8, 2, 1 << 15);
        assertThat(space.read(express + 8, 2)).as("reads as 0").isZero();
        assertThat(space.read(at(0x0f) + 6, 2)).isZero();
    }

    @Test
    @DisplayName("2.3.2: a function that is gone reads as all ones")
    void gone() {
        assertThat(space.read(0, 4)).isEqualTo(0x0cfe_8086);
        function.remove();
        assertThat(space.read(0, 4)).isEqualTo(-1);
        assertThat(space.read(0, 2)).isEqualTo(0xffff);
        space.write(at(0x0f) + 6, 2, 0);
        assertThat(function.requests.usesAts()).isTrue();
    }

    @Test
    void whatItHasNotIsRefusedByName() {
        assertThatThrownBy(() -> space.read(0x10, 4))
                .isInstanceOf(UnsupportedFeature.class)
                .hasMessage("the register at 0x10 of the configuration space of nic");
        assertThatThrownBy(() -> space.read(0x101, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
