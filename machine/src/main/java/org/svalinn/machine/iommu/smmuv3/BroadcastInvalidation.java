package org.svalinn.machine.iommu.smmuv3;

import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;

/**
 * Broadcast TLB maintenance (3.17.2): a processor's TLBI reaches the SMMU's TLB too. Translations of an address space
 * whose ASID is the SMMU's own (CD.ASET) stay when it is by ASID or address, since their ASID means something else to
 * processors.
 */
final class BroadcastInvalidation {
    private static final Site BROADCAST = Site.named("broadcast TLB invalidation (3.17)");

    private final SmmuIds ids;
    private final Touch touch;
    private final Control control;
    private final Tlb tlb;
    private final Passages passages;

    BroadcastInvalidation(SmmuIds ids, Touch touch, Control control, Tlb tlb, Passages passages) {
        this.ids = ids;
        this.touch = touch;
        this.control = control;
        this.tlb = tlb;
        this.passages = passages;
    }

    void invalidate(SmmuV3.Broadcast operation, int vmid, int asid, long address, long size) {
        if (!ids.has0(SmmuIds.IDR0_BTM)) {
            return;
        }
        int tagVmid = ids.s2p() ? vmid : 0;
        long stage1 = Tlb.WORLD | Tlb.VMID | Tlb.STAGE_2_ONLY;
        long tag = Tlb.tag(StreamTableEntry.EL1, tagVmid, 0);
        long last = size == 0 ? address : address + size - 1;
        switch (operation) {
            case VMALLE1 -> forget(tag, stage1, 0, -1, true, false);
            case ASIDE1 -> forget(tag | asid, stage1 | Tlb.ASID, 0, -1, false, true);
            case VAE1 -> forget(tag | asid, stage1 | Tlb.ASID, address << 8 >> 8, last << 8 >> 8, false, true);
            case VAAE1 -> forget(tag, stage1, address << 8 >> 8, last << 8 >> 8, true, true);
            case VMALLS12E1 -> forget(tag, Tlb.WORLD | Tlb.VMID, 0, -1, true, false);
            case IPAS2E1 -> forget(tag | Tlb.STAGE_2_ONLY, stage1, address, last, true, false);
            case ALLE1 -> forget(0, Tlb.WORLD, 0, -1, true, false);
        }
    }

    private void forget(long tag, long mask, long from, long to, boolean everyBank, boolean sharedOnly) {
        touch.steps.step(Operation.WRITE, touch.tlb, everyBank ? -1L : Tlb.part(tag), BROADCAST);
        if (!control.obeysBroadcasts()) {
            return;
        }
        if (everyBank) {
            for (int bank = 0; bank < Tlb.BANKS; bank++) {
                tlb.forget(bank, tag, mask, from, to, 0, 0, false, sharedOnly);
            }
        } else {
            tlb.forget(Tlb.bank(tag), tag, mask, from, to, 0, 0, false, sharedOnly);
        }
        passages.invalidateTranslations(tag, mask & ~Tlb.STAGE_2_ONLY, from, to, true);
    }
}
