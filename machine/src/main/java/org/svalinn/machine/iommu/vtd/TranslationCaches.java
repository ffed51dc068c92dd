package org.svalinn.machine.iommu.vtd;

import static org.svalinn.machine.iommu.vtd.SetCache.NONE;

/**
 * What hardware remembers of tables (6.2): context cache, PASID cache, IOTLB and paging-structure caches. Entries
 * appear by lookups and walks and are used until they are invalidated or replaced, whatever has become of the tables.
 *
 * <p>Tags (6.2.1, table 16). A context entry: requester id. A PASID-table entry: requester id and PASID; its domain id
 * is in it. An IOTLB or paging-structure entry: domain id, PASID and kind, and for the IOTLB also the privilege of the
 * request. The specification lets second-level entries be shared by all PASIDs of a domain; here each has its own,
 * which is the finer tag that it also allows. Domain-wide invalidations reach them all.
 *
 * <p>A walk that began before an invalidation must not leave in a cache what the invalidation would have removed. So
 * the caches count invalidations by part, see {@link Wiring}; whoever fills says which count it saw when it missed.
 *
 * <p>Everything here belongs to the step that its caller has announced.
 */
final class TranslationCaches {
    /** Kinds of translations: which tables an entry comes from. */
    static final int FIRST_LEVEL = 1;
    static final int SECOND_LEVEL = 2;
    static final int NESTED = 3;

    // An entry's tag: 1 | kind | privileged | domain id | PASID
    private static final long VALID = 1L << 62;
    private static final int KIND_SHIFT = 40;
    private static final long KIND = 3L << KIND_SHIFT;
    private static final long PRIVILEGED = 1L << 42;
    private static final int DOMAIN_SHIFT = 20;
    private static final long DOMAIN = 0xffffL << DOMAIN_SHIFT;
    private static final long PASID = 0xfffff;

    /** A key is an address without the offset, and how many bits the offset has. */
    private static final int SHIFT_BITS = 6;

    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;
    private static final int ACCESS = 7;

    final SetCache contexts;
    final SetCache pasids;
    private final SetCache translations;
    private final SetCache tables;

    /** For each shift of 12, 21 and 30, whether such a translation may be there: saves looking for it. */
    private int shifts;

    /** Below which level, and for which, a table may be there. */
    private int tableLevels;

    /** For each kind, with 4 added for the privileged, whether an entry of it may be there. */
    private int kinds;

    private int everywhere;
    private int[] invalidations = {};

    private int savedShifts;
    private int savedTableLevels;
    private int savedKinds;
    private int savedEverywhere;
    private int[] savedInvalidations = {};

    TranslationCaches(VtdConfig config) {
        contexts = new SetCache(2, config.contextEntries());
        pasids = new SetCache(3, config.pasidEntries());
        translations = new SetCache(1, config.iotlbEntries());
        tables = new SetCache(2, config.pagingEntries());
    }

    // Context cache

    int findContext(int requesterId) {
        return contexts.find(requesterId, VALID);
    }

    void fillContext(int requesterId, long low, long high) {
        int at = contexts.insert(requesterId, VALID);
        contexts.value(at, 0, low);
        contexts.value(at, 1, high);
    }

    // PASID cache

    int findPasid(int requesterId, int pasid) {
        return pasids.find((long) requesterId << 20 | pasid, VALID);
    }

    void fillPasid(int requesterId, int pasid, long first, long second, long third) {
        int at = pasids.insert((long) requesterId << 20 | pasid, VALID);
        pasids.value(at, 0, first);
        pasids.value(at, 1, second);
        pasids.value(at, 2, third);
    }

    // IOTLB

    static long tag(int kind, boolean privileged, int domain, int pasid) {
        long tag = VALID | (long) kind << KIND_SHIFT | (long) domain << DOMAIN_SHIFT | pasid;
        return privileged ? tag | PRIVILEGED : tag;
    }

    /** A translation of this address, of whatever size; its entry's value, or 0. */
    long findTranslation(long address, long tag) {
        int at = NONE;
        if ((shifts & 1) != 0) {
            at = translations.find(key(address, 12), tag);
        }
        if (at == NONE && (shifts & ~1) != 0) {
            at = findLarge(address, tag);
        }
        return at == NONE ? 0 : translations.value(at, 0) | (translations.key(at) & 63) << 52;
    }

    private int findLarge(long address, long tag) {
        int at = NONE;
        if ((shifts & 2) != 0) {
            at = translations.find(key(address, 21), tag);
        }
        if (at == NONE && (shifts & 4) != 0) {
            at = translations.find(key(address, 30), tag);
        }
        return at;
    }

    /** From an entry's value: the accesses that it grants. */
    static int access(long translation) {
        return (int) translation & ACCESS;
    }

    /** From an entry's value: the first byte of the page. */
    static long page(long translation) {
        return translation & ADDRESS;
    }

    /** From an entry's value: how large the page is. */
    static int shift(long translation) {
        return (int) (translation >>> 52) & 63;
    }

    /** Remembers a translation of 12, 21 or 30 bits of offset. */
    void fillTranslation(long address, int shift, long tag, long physical, int access) {
        shifts |= 1 << (shift - 12) / 9;
        kinds |= 1 << kind(tag);
        int at = translations.insert(key(address, shift), tag);
        translations.value(at, 0, physical >>> shift << shift | access);
    }

    // Paging-structure caches

    /**
     * The lowest table of the walk of this address that is remembered, below {@code from}: where it is in the cache, or
     * {@link SetCache#NONE}; {@link #tableLevel} and others have what is known of it.
     */
    int findTable(long address, long tag, int from) {
        if (tableLevels == 0) {
            return NONE;
        }
        for (int level = 1; level < from; level++) {
            if ((tableLevels & 1 << level) != 0) {
                int at = tables.find(key(address, 12 + 9 * level), tag & ~PRIVILEGED);
                if (at != NONE) {
                    return at;
                }
            }
        }
        return NONE;
    }

    int tableLevel(int at) {
        return ((int) (tables.key(at) & 63) - 12) / 9;
    }

    long tableAddress(int at) {
        return tables.value(at, 0);
    }

    int tableTakes(int at) {
        return (int) tables.value(at, 1);
    }

    /** Remembers the table at a level of the walk of this address, which is not the uppermost. */
    void fillTable(long address, int level, long tag, long table, int takes) {
        tableLevels |= 1 << level;
        kinds |= 1 << (kind(tag) & 3);
        int at = tables.insert(key(address, 12 + 9 * level), tag & ~PRIVILEGED);
        tables.value(at, 0, table);
        tables.value(at, 1, takes);
    }

    private static int kind(long tag) {
        return (int) (tag >>> KIND_SHIFT) & 7;
    }

    private static long key(long address, int shift) {
        return address >>> shift << SHIFT_BITS | shift;
    }

    // Invalidation

    /** How often a part has been invalidated; any invalidation of it makes it another number. */
    int invalidations(long part) {
        return invalidations.length == 0
                ? everywhere
                : everywhere + invalidations[Long.numberOfTrailingZeros(part)];
    }

    private void invalidated(long parts) {
        if (Long.bitCount(parts) > 8) {
            everywhere++;
            return;
        }
        if (invalidations.length == 0) {
            invalidations = new int[Long.SIZE];
        }
        for (long rest = parts; rest != 0; rest &= rest - 1) {
            invalidations[Long.numberOfTrailingZeros(rest)]++;
        }
    }

    /** 6.5.2.1: a context entry of every function. */
    void invalidateContexts() {
        invalidated(Wiring.ALL_FUNCTIONS);
        contexts.clear();
    }

    /** 6.5.2.1: those of functions that are this one but for bits of {@code mask}. */
    void invalidateContexts(int requesterId, int mask, long parts) {
        invalidated(parts);
        for (int at = 0; at < contexts.size(); at++) {
            if (contexts.tag(at) != 0 && ((contexts.key(at) ^ requesterId) & ~mask & 0xffff) == 0) {
                contexts.remove(at);
            }
        }
    }

    /** 6.5.2.2: PASID-table entries of every domain. */
    void invalidatePasids() {
        invalidated(Wiring.ALL_PASIDS);
        pasids.clear();
    }

    /** 6.5.2.2: those of this domain. */
    void invalidatePasids(int domain) {
        invalidated(Wiring.ALL_PASIDS);
        for (int at = 0; at < pasids.size(); at++) {
            if (pasids.tag(at) != 0 && (pasids.value(at, 1) & 0xffff) == domain) {
                pasids.remove(at);
            }
        }
    }

    /** 6.5.2.2: those of this PASID in this domain, of whatever function. */
    void invalidatePasids(int domain, int pasid) {
        invalidated(Wiring.pasidPart(pasid));
        for (int at = 0; at < pasids.size(); at++) {
            if (pasids.tag(at) != 0 && (pasids.key(at) & PASID) == pasid && (pasids.value(at, 1) & 0xffff) == domain) {
                pasids.remove(at);
            }
        }
    }

    /** 6.5.2.3: every translation and every table. */
    void invalidateTranslations() {
        invalidated(Wiring.ALL_PASIDS);
        translations.clear();
        tables.clear();
        shifts = 0;
        tableLevels = 0;
        kinds = 0;
    }

    /** 6.5.2.3: those of this domain, of whatever kind. */
    void invalidateTranslations(int domain) {
        invalidated(Wiring.ALL_PASIDS);
        drop(translations, DOMAIN, (long) domain << DOMAIN_SHIFT);
        drop(tables, DOMAIN, (long) domain << DOMAIN_SHIFT);
    }

    /**
     * 6.5.2.3, page-selective-within-domain: second-level translations in this range of guest-physical addresses; of
     * nested ones all, since which guest-physical address they come by is not remembered. With the hint, second-level
     * tables stay.
     */
    void invalidateSecondLevel(int domain, long address, int shift, boolean leavesOnly) {
        invalidated(Wiring.ALL_PASIDS);
        long second = (long) SECOND_LEVEL << KIND_SHIFT | (long) domain << DOMAIN_SHIFT;
        long nested = (long) NESTED << KIND_SHIFT | (long) domain << DOMAIN_SHIFT;
        drop(translations, KIND | DOMAIN, second, address, shift);
        drop(translations, KIND | DOMAIN, nested);
        drop(tables, KIND | DOMAIN, nested);
        if (!leavesOnly) {
            drop(tables, KIND | DOMAIN, second, address, shift);
        }
    }

    /** 6.5.2.4, PASID-selective: first-level and nested translations and tables of this PASID in this domain. */
    void invalidateFirstLevel(int domain, int pasid) {
        invalidated(Wiring.pasidPart(pasid));
        for (int kind = FIRST_LEVEL; kind <= NESTED; kind += NESTED - FIRST_LEVEL) {
            long wanted = (long) kind << KIND_SHIFT | (long) domain << DOMAIN_SHIFT | pasid;
            drop(translations, KIND | DOMAIN | PASID, wanted);
            drop(tables, KIND | DOMAIN | PASID, wanted);
        }
    }

    /** 6.5.2.4, page-selective-within-PASID: the same in a range of addresses. With the hint, tables stay. */
    void invalidateFirstLevel(int domain, int pasid, long address, int shift, boolean leavesOnly) {
        invalidated(Wiring.pasidPart(pasid));
        for (int kind = FIRST_LEVEL; kind <= NESTED; kind += NESTED - FIRST_LEVEL) {
            if ((kinds & 0b10001 << kind) == 0) {
                continue;
            }
            if (shift == 12) {
                dropPage(tag(kind, false, domain, pasid), address, leavesOnly);
                continue;
            }
            long wanted = (long) kind << KIND_SHIFT | (long) domain << DOMAIN_SHIFT | pasid;
            drop(translations, KIND | DOMAIN | PASID, wanted, address, shift);
            if (!leavesOnly) {
                drop(tables, KIND | DOMAIN | PASID, wanted, address, shift);
            }
        }
    }

    /** What there can be of a single page has few places, and is not searched for: it is the most frequent invalidation. */
    private void dropPage(long tag, long address, boolean leavesOnly) {
        boolean alsoPrivileged = (kinds & 0xf0) != 0;
        for (int size = 0; !translations.isEmpty() && shifts >>> size != 0; size++) {
            if ((shifts & 1 << size) != 0) {
                long key = key(address, 12 + 9 * size);
                translations.remove(key, tag);
                if (alsoPrivileged) {
                    translations.remove(key, tag | PRIVILEGED);
                }
            }
        }
        if (leavesOnly || tables.isEmpty()) {
            return;
        }
        for (int level = 1; tableLevels >>> level != 0; level++) {
            if ((tableLevels & 1 << level) != 0) {
                tables.remove(key(address, 12 + 9 * level), tag);
            }
        }
    }

    private static void drop(SetCache cache, long mask, long wanted) {
        for (int at = 0; at < cache.size(); at++) {
            if ((cache.tag(at) & mask) == wanted) {
                cache.remove(at);
            }
        }
    }

    private static void drop(SetCache cache, long mask, long wanted, long address, int shift) {
        for (int at = 0; at < cache.size(); at++) {
            if ((cache.tag(at) & mask) == wanted && overlaps(cache.key(at), address, shift)) {
                cache.remove(at);
            }
        }
    }

    private static boolean overlaps(long key, long address, int shift) {
        int own = (int) key & 63;
        int wider = Math.max(own, shift);
        return wider >= Long.SIZE || (key >>> SHIFT_BITS << own ^ address) >>> wider == 0;
    }

    // For checks

    /** What is remembered of a PASID of a function, in words; empty if nothing is. */
    String remembers(int requesterId, int pasid) {
        int at = findPasid(requesterId, pasid);
        if (at != NONE) {
            return "a PASID-cache entry of PASID " + pasid;
        }
        if (holds(translations, pasid)) {
            return "an IOTLB entry of PASID " + pasid;
        }
        return holds(tables, pasid) ? "a paging-structure-cache entry of PASID " + pasid : "";
    }

    private static boolean holds(SetCache cache, int pasid) {
        for (int at = 0; at < cache.size(); at++) {
            long tag = cache.tag(at);
            if (tag != 0 && (tag & PASID) == pasid) {
                return true;
            }
        }
        return false;
    }

    void snapshot() {
        contexts.snapshot();
        pasids.snapshot();
        translations.snapshot();
        tables.snapshot();
        savedShifts = shifts;
        savedTableLevels = tableLevels;
        savedKinds = kinds;
        savedEverywhere = everywhere;
        savedInvalidations = invalidations.clone();
    }

    void restore() {
        contexts.restore();
        pasids.restore();
        translations.restore();
        tables.restore();
        shifts = savedShifts;
        tableLevels = savedTableLevels;
        kinds = savedKinds;
        everywhere = savedEverywhere;
        if (invalidations.length == savedInvalidations.length) {
            System.arraycopy(savedInvalidations, 0, invalidations, 0, invalidations.length);
        } else {
            invalidations = savedInvalidations.clone();
        }
    }
}
