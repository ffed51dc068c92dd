package org.svalinn.kernel.sva;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.svalinn.kernel.mm.Mm;

/**
 * Bonds, found by their mm or by their PASID: each in the order in which they were made, of which there may be a
 * million. A list is never changed but replaced.
 */
final class Bonds {
    private final Map<Mm, List<SvaHandle>> byMm = new HashMap<>(4);
    private final Map<Integer, List<SvaHandle>> byPasid = new HashMap<>(4);

    void add(SvaHandle bond) {
        add(byMm, bond.domain().mm(), bond);
        add(byPasid, bond.pasid(), bond);
    }

    private static <K> void add(Map<K, List<SvaHandle>> map, K key, SvaHandle bond) {
        List<SvaHandle> one = List.of(bond);
        List<SvaHandle> others = map.putIfAbsent(key, one);
        if (others != null) {
            List<SvaHandle> longer = new ArrayList<>(others);
            longer.add(bond);
            map.put(key, List.copyOf(longer));
        }
    }

    void remove(SvaHandle bond) {
        remove(byMm, bond.domain().mm(), bond);
        remove(byPasid, bond.pasid(), bond);
    }

    private static <K> void remove(Map<K, List<SvaHandle>> map, K key, SvaHandle bond) {
        map.computeIfPresent(key, (same, bonds) -> {
            List<SvaHandle> rest = bonds.stream().filter(each -> each != bond).toList();
            return rest.isEmpty() ? null : rest;
        });
    }

    /** Those of this mm, of any domain. */
    List<SvaHandle> of(Mm mm) {
        return byMm.getOrDefault(mm, List.of());
    }

    /** Those with this PASID: of several mms, where a design gives it away too early. */
    List<SvaHandle> withPasid(int pasid) {
        return byPasid.getOrDefault(pasid, List.of());
    }
}
