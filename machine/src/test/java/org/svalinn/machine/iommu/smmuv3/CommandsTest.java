package org.svalinn.machine.iommu.smmuv3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.ASID;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CD0;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.CONFIG_S2;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.LEAF;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.S2_LEAF;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.SID;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.STE2;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.V;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.asid;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.sid;
import static org.svalinn.machine.iommu.smmuv3.SmmuTestbed.ssid;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.iommu.InvalidationRequest;
import org.svalinn.machine.iommu.PageResponse;
import org.svalinn.machine.iommu.Transaction;
import org.svalinn.machine.memory.PageState;

@DisplayName("IHI 0070, 4: commands")
class CommandsTest {
    private static final long VA = 0x1234_5678_9000L;
    private static final int NONE = Transaction.NO_PASID;

    private final SmmuTestbed machine = new SmmuTestbed().enable();

    // 7.1, 3.5.1: the queue

    @Test
    @DisplayName("7.1 CERROR_ILL: a command that does not exist stops the queue at it, until GERRORN acknowledges")
    void anIllegalCommandStopsTheQueue() {
        machine.put(0xff, 0);
        machine.put(0x46, 0);
        machine.run();
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).isEqualTo(1L << 24);
        assertThat(machine.get(SmmuTestbed.GERROR)).isEqualTo(1);
        assertThat(machine.interrupts).containsExactly("wire " + SmmuV3.WIRE_GERROR);
        assertThat(machine.smmu.hasCommand()).isFalse();

        // Software puts a CMD_SYNC in its place, and goes on.
        machine.write(machine.commandQueue, 0x46);
        machine.set(SmmuTestbed.GERRORN, 1);
        machine.run();
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).isEqualTo(2);
        assertThat(machine.get(SmmuTestbed.GERROR)).isEqualTo(1);
    }

    @Test
    @DisplayName("7.1: the next error toggles GERROR back")
    void errorsToggle() {
        machine.command(0xff, 0);
        machine.write(machine.commandQueue, 0xfe);
        machine.set(SmmuTestbed.GERRORN, 1);
        machine.run();
        assertThat(machine.get(SmmuTestbed.GERROR)).isZero();
        assertThat(machine.smmu.hasCommand()).isFalse();
    }

    @Test
    @DisplayName("7.1 CERROR_ABT: a command that cannot be fetched")
    void aQueueInNoMemory() {
        machine.set(SmmuTestbed.CR0, 0b10111);
        machine.set64(SmmuTestbed.CMDQ_BASE, 0x8000_0000L | 5);
        machine.set(SmmuTestbed.CR0, 0b11111);
        machine.set(SmmuTestbed.CMDQ_PROD, 1);
        machine.run();
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).isEqualTo(2L << 24);
    }

    @Test
    @DisplayName("3.5.1: indexes wrap, and nothing is fetched while CMDQEN is 0")
    void theQueueWraps() {
        for (int i = 0; i < 70; i++) {
            machine.sync();
        }
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).isEqualTo(70 & 63);
        machine.set(SmmuTestbed.CR0, 0b10111);
        machine.set(SmmuTestbed.CMDQ_PROD, 0);
        assertThat(machine.smmu.hasCommand()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x07, 0x18, 0x1a, 0x50, 0x58, 0x60, 0x47, 0x00})
    @DisplayName("4.1.1: commands of other interfaces and reserved ones are CERROR_ILL")
    void reservedCommands(int opcode) {
        machine.command(opcode, 0);
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS) >>> 24).isEqualTo(1);
    }

    @Test
    @DisplayName("4.1.4 SSec: 1 in the Non-secure queue is CERROR_ILL")
    void secureCommands() {
        machine.command(0x03 | 1 << 10, 0);
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS) >>> 24).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "0x02, 0x05", "0x02, 0x06", "0x02, 0x10", "0x02, 0x11", "0x02, 0x12", "0x02, 0x13",
        "0x200, 0x20", "0x200, 0x21", "0x200, 0x22", "0x200, 0x23", "0x01, 0x28", "0x01, 0x2a", "0x400, 0x40",
                "0x10000, 0x41"
    })
    @DisplayName("4: commands for what an SMMU does not have are CERROR_ILL")
    void commandsForWhatIsAbsent(String without, String opcode) {
        SmmuTestbed poor =
                new SmmuTestbed(SmmuIds.DEFAULT.withIdr0(SmmuIds.DEFAULT.idr0() & ~Integer.decode(without))).enable();
        poor.command(Integer.decode(opcode), 0);
        assertThat(poor.get(SmmuTestbed.CMDQ_CONS) >>> 24).isEqualTo(1);
        machine.command(Integer.decode(opcode), 0);
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS) >>> 24).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x44, 0x45})
    @DisplayName("4.7: RESUME and STALL_TERM are CERROR_ILL where nothing stalls")
    void stallCommandsWithoutStalls(int opcode) {
        SmmuTestbed poor =
                new SmmuTestbed(SmmuIds.DEFAULT.withIdr0(SmmuIds.DEFAULT.idr0() | SmmuIds.IDR0_STALL_NONE)).enable();
        poor.command(opcode, 0);
        assertThat(poor.get(SmmuTestbed.CMDQ_CONS) >>> 24).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x02})
    @DisplayName("4.2: a prefetch is a hint, and records nothing")
    void prefetches(int opcode) {
        machine.command(opcode | sid(SID), 0);
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).isEqualTo(1);
        assertThat(machine.eventNumber()).isZero();
    }

    // 4.3: configuration

    /** Caches the STE and the CD of substream 1, and makes both invalid in memory. */
    private void cacheConfiguration() {
        machine.command(0x04, 31);
        machine.bind(VA, machine.page());
        assertThat(machine.load(1, VA).isGranted()).isTrue();
    }

    private boolean isSteCached() {
        long dw0 = machine.read(machine.ste(SID));
        machine.write(machine.ste(SID), 0);
        boolean cached = machine.load(1, VA).isGranted();
        machine.write(machine.ste(SID), dw0);
        return cached;
    }

    private boolean isCdCached() {
        long cd = machine.contextTable + 64;
        long dw0 = machine.read(cd);
        machine.write(cd, 0);
        boolean cached = machine.load(1, VA).isGranted();
        machine.write(cd, dw0);
        return cached;
    }

    @ParameterizedTest
    @CsvSource({
        "0x03, 0x108, 0, 1, false", "0x03, 0x107, 0, 1, true", "0x03, 0x108, 0, 0, false",
        "0x04, 0x109, 0, 0, false", "0x04, 0x10a, 0, 0, true", "0x04, 0x100, 0, 3, false", "0x04, 0, 0, 31, false"
    })
    @DisplayName("4.3.1 CFGI_STE, 4.3.2 CFGI_STE_RANGE, 4.3.6 CFGI_ALL: which STEs are forgotten, and all CDs of them")
    void streamInvalidation(String opcode, String stream, int substream, long word1, boolean stays) {
        cacheConfiguration();
        machine.command(Integer.decode(opcode) | sid(Integer.decode(stream)) | ssid(substream), word1);
        assertThat(isSteCached()).isEqualTo(stays);
        cacheConfiguration();
        machine.command(Integer.decode(opcode) | sid(Integer.decode(stream)) | ssid(substream), word1);
        assertThat(isCdCached()).isEqualTo(stays);
    }

    @ParameterizedTest
    @CsvSource({
        "0x05, 0x108, 1, 1, false", "0x05, 0x108, 2, 1, true", "0x05, 0x107, 1, 1, true", "0x05, 0x108, 1, 0, false",
        "0x06, 0x108, 0, 0, false", "0x06, 0x107, 0, 0, true"
    })
    @DisplayName("4.3.3 CFGI_CD, 4.3.4 CFGI_CD_ALL: which CDs are forgotten, and no STE")
    void contextInvalidation(String opcode, String stream, int substream, long word1, boolean stays) {
        cacheConfiguration();
        machine.command(Integer.decode(opcode) | sid(Integer.decode(stream)) | ssid(substream), word1);
        assertThat(isCdCached()).isEqualTo(stays);
        cacheConfiguration();
        machine.command(Integer.decode(opcode) | sid(Integer.decode(stream)) | ssid(substream), word1);
        assertThat(isSteCached()).isTrue();
    }

    // 4.4: translations

    @ParameterizedTest
    @CsvSource({
        // opcode, word 0, word 1, whether the translation stays
        "0x10, 0, 0, false", "0x10, 0x100000000, 0, true",
        "0x11, 0x7000000000000, 0, false", "0x11, 0x8000000000000, 0, true", "0x11, 0x7000100000000, 0, true",
        "0x12, 0x7000000000000, 0x123456789001, false", "0x12, 0x8000000000000, 0x123456789001, true",
        "0x12, 0x7000000000000, 0x12345678a001, true", "0x12, 0x7000100000000, 0x123456789001, true",
        "0x13, 0, 0x123456789001, false", "0x13, 0, 0x123456788001, true",
        "0x28, 0, 0, false", "0x28, 0x100000000, 0, true",
        "0x2a, 0, 0x123456789001, true",
        "0x30, 0, 0, false",
        "0x20, 0, 0, true", "0x21, 0x7000000000000, 0, true", "0x22, 0x7000000000000, 0x123456789001, true"
    })
    @DisplayName("4.4.2.1 NH_ALL, .2 NH_ASID, .4 NH_VA, .3 NH_VAA, 4.4.3 S12_VMALL and S2_IPA, 4.4.4 NSNH_ALL, EL2_*: "
            + "on stage 1 of EL1")
    void invalidationOfStage1(String opcode, String word0, String word1, boolean stays) {
        long leaf = machine.bind(VA, machine.page());
        assertThat(machine.load(1, VA).isGranted()).isTrue();
        machine.write(leaf, 0);
        assertThat(machine.load(1, VA).isGranted()).as("a stale translation").isTrue();
        machine.command(Long.decode(opcode) | Long.decode(word0), Long.decode(word1));
        machine.sync();
        assertThat(machine.load(1, VA).isGranted()).isEqualTo(stays);
    }

    @ParameterizedTest
    @CsvSource({
        "0x20, 0, 0, false", "0x21, 0x7000000000000, 0, false", "0x21, 0x8000000000000, 0, true",
        "0x22, 0x7000000000000, 0x123456789001, false", "0x22, 0x8000000000000, 0x123456789001, true",
        "0x23, 0, 0x123456789001, false", "0x23, 0, 0x12345678a001, true",
        "0x11, 0x7000000000000, 0, true", "0x10, 0, 0, true", "0x30, 0, 0, true"
    })
    @DisplayName("4.4.2.7 EL2_ALL, .10 EL2_ASID, .8 EL2_VA, .9 EL2_VAA: on EL2 with E2H")
    void invalidationOfEl2WithE2h(String opcode, String word0, String word1, boolean stays) {
        machine.set(SmmuTestbed.CR0, 0b11110);
        machine.set(SmmuTestbed.CR2, 0b011);
        machine.set(SmmuTestbed.CR0, 0b11111);
        long leaf = machine.bind(VA, machine.page());
        machine.write(machine.ste(SID) + 8, machine.read(machine.ste(SID) + 8) | 0b10L << 30);
        assertThat(machine.load(1, VA).isGranted()).isTrue();
        machine.write(leaf, 0);
        machine.command(Long.decode(opcode) | Long.decode(word0), Long.decode(word1));
        machine.sync();
        assertThat(machine.load(1, VA).isGranted()).isEqualTo(stays);
    }

    @ParameterizedTest
    @CsvSource({
        "0x20, 0, 0, false", "0x21, 0x7000000000000, 0, true", "0x22, 0x8000000000000, 0x123456789001, false",
        "0x22, 0, 0x12345678a001, true", "0x23, 0, 0x123456789001, false"
    })
    @DisplayName("4.4.2: on EL2 without E2H, which has no ASIDs")
    void invalidationOfEl2(String opcode, String word0, String word1, boolean stays) {
        long leaf = machine.bind(VA, machine.page());
        machine.write(machine.ste(SID) + 8, machine.read(machine.ste(SID) + 8) | 0b10L << 30);
        assertThat(machine.load(1, VA).isGranted()).isTrue();
        machine.write(leaf, 0);
        machine.command(Long.decode(opcode) | Long.decode(word0), Long.decode(word1));
        machine.sync();
        assertThat(machine.load(1, VA).isGranted()).isEqualTo(stays);
    }

    @ParameterizedTest
    @CsvSource({
        "0x2a, 0x500000000, 0x1234567001, false", "0x2a, 0x600000000, 0x1234567001, true",
        "0x2a, 0x500000000, 0x1234568001, true", "0x28, 0x500000000, 0, false", "0x28, 0x600000000, 0, true",
        "0x10, 0x500000000, 0, true", "0x13, 0x500000000, 0x1234567001, true", "0x30, 0, 0, false"
    })
    @DisplayName("4.4.3.1 S2_IPA, 4.4.3.2 S12_VMALL: on stage 2 alone")
    void invalidationOfStage2(String opcode, String word0, String word1, boolean stays) {
        long root = machine.table();
        machine.writeSte(SID, V | CONFIG_S2, 0, STE2 | 5, root);
        long leaf = machine.mapStage2(root, 0x12_3456_7000L, machine.page() | S2_LEAF);
        assertThat(machine.load(NONE, 0x12_3456_7000L).isGranted()).isTrue();
        machine.write(leaf, 0);
        machine.command(Long.decode(opcode) | Long.decode(word0), Long.decode(word1));
        machine.sync();
        assertThat(machine.load(NONE, 0x12_3456_7000L).isGranted()).isEqualTo(stays);
    }

    @Test
    @DisplayName("4.4.3.1: S2_IPA leaves translations of both stages, which go by NH_*")
    void combinedTranslations() {
        StructuresTest.Nested nested = new StructuresTest.Nested(machine);
        assertThat(machine.load(1, VA).isGranted()).isTrue();
        machine.mapStage2(nested.root2, nested.page + StructuresTest.Nested.MOVED, 0);
        machine.command(0x2a | 9L << 32, nested.page + StructuresTest.Nested.MOVED | 1);
        assertThat(machine.load(1, VA).isGranted()).isTrue();
        machine.command(0x10 | 9L << 32, 0);
        assertThat(machine.load(1, VA).isGranted()).isFalse();
        long[] event = machine.event();
        assertThat(event[0] & 0xff).isEqualTo(0x10);
        assertThat(event[1] >>> 39 & 1).as("stage 2").isEqualTo(1);
        assertThat(event[1] >>> 40 & 0b11).as("CLASS: IN").isEqualTo(0b10);
        assertThat(event[2]).isEqualTo(VA);
        assertThat(event[3]).as("IPA").isEqualTo(nested.page + StructuresTest.Nested.MOVED);
    }

    @ParameterizedTest
    @CsvSource({
        // NUM, SCALE, TTL, TG, offset of the command's address in pages, whether the translation of page 8 stays
        "3, 1, 3, 1, 1, false", "2, 1, 3, 1, 2, true", "7, 0, 3, 1, 1, false", "6, 0, 3, 1, 1, true",
        "0, 0, 3, 1, 8, false", "0, 0, 2, 1, 8, true", "31, 0, 0, 1, 0, false", "31, 0, 0, 2, 0, true",
                "31, 31, 0, 1, 0, false",
        "0, 3, 0, 1, 8, false"
    })
    @DisplayName("4.4.1.1: range invalidation by NUM, SCALE and granule, with the level hint")
    void rangeInvalidation(long num, long scale, long ttl, long tg, long page, boolean stays) {
        long leaf = machine.bind(VA, machine.page());
        assertThat(machine.load(1, VA).isGranted()).isTrue();
        machine.write(leaf, 0);
        machine.command(0x12 | asid(ASID) | num << 12 | scale << 20,
                VA - 0x8000 + page * 4096 | 1 | ttl << 8 | tg << 10);
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS) >>> 24).isZero();
        assertThat(machine.load(1, VA).isGranted()).isEqualTo(stays);
    }

    @Test
    @DisplayName("4.4.1.1: a granule without a range or hint is CERROR_ILL, with IDR3.RIL only")
    void reservedRange() {
        machine.command(0x12 | asid(ASID), VA | 1 << 10);
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS) >>> 24).isEqualTo(1);
        SmmuTestbed old = new SmmuTestbed(SmmuIds.DEFAULT.withIdr3(0)).enable();
        long leaf = old.bind(VA, old.page());
        old.load(1, VA);
        old.write(leaf, 0);
        old.command(0x12 | asid(ASID) | 31 << 12, VA + 0x1000 | 1 << 10);
        assertThat(old.get(SmmuTestbed.CMDQ_CONS) >>> 24).isZero();
        assertThat(old.load(1, VA).isGranted()).as("another page").isTrue();
    }

    @Test
    @DisplayName("4.4: an address within a block invalidates the whole of it")
    void blocks() {
        machine.stage1(0);
        long root = machine.table();
        long block = machine.ram.allocate(PageState.USER, SmmuTestbed.PROCESS) & -(1L << 21);
        machine.writeCd(1, CD0 | asid(ASID), root, 0);
        long leaf = machine.map(root, VA, block | LEAF & ~0b10, 2);
        assertThat(machine.load(1, VA).physical()).isEqualTo(block | VA & 0x1f_ffff);
        machine.write(leaf, 0);
        assertThat(machine.load(1, VA + 0x3000).isGranted()).isTrue();
        machine.command(0x12 | asid(ASID), VA - 0x5000 | 1);
        assertThat(machine.load(1, VA).isGranted()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        // opcode, word 0, word 1 without the address, the page of the same table that is invalidated, whether the table
        // stays cached
        "0x12, 0x7000000000000, 1, 0, true", "0x12, 0x7000000000000, 0, 0, false", "0x12, 0x7000000000000, 0, 9, false",
        "0x12, 0x8000000000000, 0, 0, true", "0x12, 0x7000000000000, 0x700, 0, false",
                "0x12, 0x7000000000000, 0x600, 0, true",
        "0x12, 0x7000000000000, 0xf00, 0, true", "0x12, 0x7000000000000, 0, 512, true", "0x13, 0, 0, 0, false",
        "0x11, 0x7000000000000, 0, 0, false", "0x10, 0, 0, 0, false", "0x30, 0, 0, 0, false"
    })
    @DisplayName("4.4.1.1, 4.4.2: cached Table descriptors go unless Leaf is 1, or the level hint excludes them")
    void tableDescriptors(String opcode, String word0, String word1, long page, boolean stays) {
        long leaf = machine.bind(VA, machine.page());
        machine.write(leaf + 8, machine.page() | LEAF);
        assertThat(machine.load(1, VA).isGranted()).isTrue();
        // The descriptor of the table is taken away.
        long root = machine.read(machine.contextTable + 64 + 8);
        machine.map(root, VA, 0, 2);
        long address = Long.decode(opcode) == 0x12 || Long.decode(opcode) == 0x13 ? VA + page * 4096 : 0;
        machine.command(Long.decode(opcode) | Long.decode(word0), address | Long.decode(word1));
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS) >>> 24).isZero();
        assertThat(machine.load(1, VA + 4096).isGranted()).as("a page that is in no cache").isEqualTo(stays);
    }

    // 4.5

    @ParameterizedTest
    @CsvSource({
        "0, 12, 0x123456789000", "1, 13, 0x123456788000", "9, 21, 0x123456600000", "52, 64, 0", "51, 63, 0"
    })
    @DisplayName("4.5.1 ATC_INV: size and address of the request; CMD_SYNC waits for its completion (4.7.3)")
    void atcInvalidation(long size, int shift, String address) {
        machine.command(0x40 | sid(SID) | ssid(1) | 1 << 11, VA | size);
        InvalidationRequest request = machine.endpoint.invalidations.getFirst();
        assertThat(request).isEqualTo(new InvalidationRequest(1, Long.decode(address), shift, false, 0));
        machine.put(0x46, 0);
        assertThat(catchThrowable(machine.smmu::executeCommand))
                .as("waits")
                .hasMessageContaining("ATC invalidations");
        machine.smmu.invalidationCompleted(machine.endpoint, 1);
        machine.run();
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).isEqualTo(2);
    }

    @Test
    @DisplayName("4.5.1 ATC_INV: without SSV no PASID, with Global every PASID; a tag each; beyond 52 CERROR_ILL")
    void atcInvalidationKinds() {
        machine.command(0x40 | sid(SID) | ssid(1) | 1 << 9, VA);
        machine.command(0x40 | sid(SID) | ssid(1) | 1 << 11 | 1 << 9, VA);
        assertThat(machine.endpoint.invalidations)
                .containsExactly(
                        new InvalidationRequest(NONE, VA, 12, false, 0), new InvalidationRequest(1, VA, 12, true, 1));
        machine.command(0x40 | sid(SID + 1), VA);
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).as("to nobody").isEqualTo(3);
        machine.command(0x40 | sid(SID), VA | 53);
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS) >>> 24).isEqualTo(1);
    }

    @Test
    @DisplayName("4.7.3 CERROR_ATC_INV_SYNC: an invalidation that timed out fails the CMD_SYNC, which can be repeated")
    void atcTimeout() {
        machine.command(0x40 | sid(SID), VA);
        machine.smmu.invalidationTimedOut(machine.endpoint, 1);
        machine.sync();
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).isEqualTo(3L << 24 | 1);
        machine.set(SmmuTestbed.GERRORN, 1);
        machine.run();
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"0, RESPONSE_FAILURE", "1, INVALID_REQUEST", "2, SUCCESS"})
    @DisplayName("4.5.2 PRI_RESP: the response")
    void pageResponse(long response, PageResponse.Code code) {
        machine.command(0x41 | sid(SID) | ssid(1) | 1 << 11, 0x155 | response << 12);
        machine.command(0x41 | sid(SID) | ssid(1), 0x155 | response << 12);
        assertThat(machine.endpoint.responses)
                .containsExactly(new PageResponse(1, 0x155, code), new PageResponse(NONE, 0x155, code));
    }

    @Test
    @DisplayName("4.5.2 PRI_RESP: a reserved response is CERROR_ILL")
    void reservedResponse() {
        machine.command(0x41 | sid(SID), 3 << 12);
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS) >>> 24).isEqualTo(1);
        assertThat(machine.endpoint.responses).isEmpty();
    }

    // 4.7

    @Test
    @DisplayName("4.7.3 CMD_SYNC: SIG_NONE, SIG_IRQ with an address or a wire, SIG_SEV, reserved")
    void synchronization() {
        machine.command(0x46, 0x0800_0000L);
        machine.command(0x46 | 0b10 << 12, 0x0800_0000L);
        assertThat(machine.interrupts).isEmpty();
        machine.command(0x46 | 0b01 << 12 | 0x55L << 32, 0x0800_0000L);
        machine.command(0x46 | 0b01 << 12, 0);
        assertThat(machine.interrupts).containsExactly(
                "message 8000000 55", "wire " + SmmuV3.WIRE_CMD_SYNC, "wire " + SmmuV3.WIRE_CMD_SYNC);
        machine.command(0x46 | 0b11 << 12, 0);
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).isEqualTo(1L << 24 | 4);
    }

    @Test
    @DisplayName("4.7.3 CMD_SYNC: a message into memory writes four bytes there, into its own command if asked to")
    void synchronizationByMemory() {
        machine.command(0x46 | 0b01 << 12, machine.commandQueue);
        assertThat(machine.read(machine.commandQueue)).isZero();
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).isEqualTo(1);
    }

    @Test
    @DisplayName("4.7.3 CMD_SYNC: the message's address is cut to the output size")
    void synchronizationBeyondTheOutputSize() {
        SmmuTestbed small = new SmmuTestbed(SmmuIds.DEFAULT.withIdr5(SmmuIds.DEFAULT.idr5() & ~7),
                Steps.DIRECT).enable();
        small.command(0x46 | 0b01 << 12, 1L << 40 | 0x0800_0000L);
        assertThat(small.interrupts).first().isEqualTo("message 8000000 0");
    }

    @Test
    @DisplayName("6.3.9.6: ATC_INV and PRI_RESP are ignored while SMMUEN is 0")
    void withoutTheInterface() {
        machine.set(SmmuTestbed.CR0, 0b11110);
        machine.command(0x40 | sid(SID), VA);
        machine.command(0x41 | sid(SID), 2 << 12);
        machine.sync();
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).isEqualTo(3);
        assertThat(machine.endpoint.invalidations).isEmpty();
        assertThat(machine.endpoint.responses).isEmpty();
    }

    @Test
    @DisplayName("4.7.3, 3.21.1: CMD_SYNC waits for a transaction that uses what was invalidated, and for no other")
    void synchronizationWaitsForTransactions() {
        machine.bind(VA, machine.page());
        Transaction transaction =
                new Transaction().begin(Transaction.Type.UNTRANSLATED, SID, 1, VA, Access.READ, false);
        machine.smmu.translate(transaction);
        assertThat(transaction.isGranted()).isTrue();
        machine.command(0x12 | asid(ASID + 1), VA | 1);
        machine.sync();
        machine.command(0x12 | asid(ASID), VA + 0x1000 | 1);
        machine.sync();
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).as("others' invalidations").isEqualTo(4);

        machine.command(0x12 | asid(ASID), VA | 1);
        machine.put(0x46, 0);
        assertThat(catchThrowable(machine.smmu::executeCommand))
                .hasMessageContaining("transactions that use what was invalidated");
        machine.smmu.completed(transaction);
        machine.run();
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).isEqualTo(6);
    }

    @Test
    @DisplayName("4.7.3, 3.21.1: CMD_SYNC waits for a transaction that uses configuration that was invalidated")
    void synchronizationWaitsForConfiguration() {
        machine.bind(VA, machine.page());
        Transaction transaction =
                new Transaction().begin(Transaction.Type.UNTRANSLATED, SID, 1, VA, Access.READ, false);
        machine.smmu.translate(transaction);
        machine.command(0x05 | sid(SID) | ssid(2), 1);
        machine.sync();
        machine.command(0x05 | sid(SID) | ssid(1), 1);
        machine.put(0x46, 0);
        assertThat(catchThrowable(machine.smmu::executeCommand)).isNotNull();
        machine.smmu.completed(transaction);
        machine.run();
        assertThat(machine.get(SmmuTestbed.CMDQ_CONS)).isEqualTo(4);
    }
}
