package org.svalinn.source.floor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;
import org.svalinn.machine.memory.Owner;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.type.RecordType;

/**
 * Who holds what: the counts of each mm, its PASID, and the users of each notifier.
 *
 * <p>It watches the words that hold them. While a run is told, each change of a word becomes a {@link Reference} taken
 * or given back, with the call path that did it. Which reference a decrement gives back the kernel does not say, so it
 * is paired: with the latest one taken by a function of the same file (wrappers in headers do not count), else by the
 * same actor, else the latest. That is how people pair them, and it is exact where each file gives back what it took.
 *
 * <p>It also checks what no counter may do: fall below zero, or rise from it.
 */
public final class Ledger {
    private final World world;
    private final Map<Long, Word> words = new HashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final List<PasidTable> pasidTables = new ArrayList<>();
    private int wordsOfSnapshot;
    private int entriesOfSnapshot;
    private final List<Long> wordOrder = new ArrayList<>();
    /** The PASID that each PASID word was given by a store of its own: fork copies the word, not the PASID. */
    private final Map<Long, Long> pasids = new HashMap<>();

    private final Map<Long, Long> pasidsOfSnapshot = new HashMap<>();
    private @Nullable Pending pending;

    /** What a watched word means. */
    public enum Kind {
        MM_USERS("mm_users"),
        MM_COUNT("mm_count"),
        PASID("PASID"),
        NOTIFIER_USERS("notifier users");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    private record Word(Kind kind, long address, String owner) {}

    /** A plain store that has been announced and is about to happen. */
    private record Pending(Word word, long before, Violation.End by) {}

    /**
     * One reference.
     *
     * @param of whose: the mm or the notifier, in words
     * @param value what the word held with this reference: the count, or the PASID itself
     * @param taken who took it
     * @param givenBack who gave it back; null while it is held
     */
    public record Reference(Kind kind, String of, long value, Violation.End taken, Violation.@Nullable End givenBack) {}

    /** A reference of the run under way. */
    private static final class Entry {
        final Word word;
        final long value;
        final Violation.End taken;
        Violation.@Nullable End givenBack;
        boolean givenBackInSetup;

        Entry(Word word, long value, Violation.End taken) {
            this.word = word;
            this.value = value;
            this.taken = taken;
        }
    }

    Ledger(World world) {
        this.world = world;
    }

    /** Watches the counts of a new mm_struct. */
    void watchMm(long mm, String owner) {
        RecordType layout = world.image().layout("struct mm_struct");
        String name = "mm of " + owner;
        world.heap().own(mm, new Owner(owner));
        watch(new Word(Kind.MM_USERS, mm + layout.offset("mm_users"), name));
        watch(new Word(Kind.MM_COUNT, mm + layout.offset("mm_count"), name));
        watch(new Word(Kind.PASID, mm + layout.offset("pasid"), name));
    }

    /** Watches the users of a notifier inside of a new object. */
    void watchNotifier(long notifier) {
        RecordType layout = world.image().layout("struct mmu_notifier");
        watch(new Word(Kind.NOTIFIER_USERS, notifier + layout.offset("users"), "notifier"));
    }

    private void watch(Word word) {
        if (words.put(word.address(), word) == null) {
            wordOrder.add(word.address());
        }
    }

    boolean isWatched(long address) {
        return !words.isEmpty() && words.containsKey(address);
    }

    /** Looks from now on, when a PASID is given up, whether this table of the next device still bears it. */
    public void watchDevice(Platform platform, long pasidTable) {
        pasidTables.add(platform.pasidTable(pasidTable));
    }

    // Changes

    /** A plain store is about to happen; what it stores is known when the ledger is next asked. */
    void plainWrite(long address, Site site, Cpu cpu) {
        settle();
        Word word = words.get(address);
        if (word != null && (word.kind() == Kind.PASID || world.isNarrating())) {
            long before = word.kind() == Kind.PASID
                    ? pasids.getOrDefault(address, -1L)
                    : held(word);
            pending = new Pending(word, before, world.end("by", site, cpu));
        }
    }

    /** How many references there are; not what the word says, where fork has copied it from the parent's. */
    private long held(Word word) {
        return entries.stream().filter(entry -> entry.word == word && entry.givenBack == null).count();
    }

    private void settle() {
        Pending store = pending;
        pending = null;
        if (store != null) {
            long after = (int) world.memory().load(store.word().address(), Integer.BYTES);
            record(store.word(), store.before(), after, store.by());
        }
    }

    /** A word has changed by an atomic operation. */
    void changed(long address, long before, long after, Site site, Cpu cpu) {
        Word word = words.get(address);
        if (word == null) {
            return;
        }
        if (after < 0 || before <= 0 && after > before) {
            world.report(new Violation(
                    "refcount",
                    "%s of %s %s: %d -> %d".formatted(
                            word.kind().text(), word.owner(), after < 0 ? "falls below zero" : "rises from zero", before, after),
                    List.of(world.end(after < before ? "given back by" : "taken by", site, cpu))));
        }
        if (world.isNarrating()) {
            settle();
            record(word, before, after, world.end("by", site, cpu));
        }
    }

    private void record(Word word, long before, long after, Violation.End by) {
        if (word.kind() == Kind.PASID) {
            pasids.remove(word.address());
            if (isPasid(before)) {
                giveBack(word, by);
            }
            if (isPasid(after)) {
                pasids.put(word.address(), after);
                entries.add(new Entry(word, after, by));
            }
            return;
        }
        for (long count = before; count < after; count++) {
            entries.add(new Entry(word, count + 1, by));
        }
        for (long count = before; count > after; count--) {
            giveBack(word, by);
        }
    }

    private static boolean isPasid(long value) {
        return value > 0;
    }

    private void giveBack(Word word, Violation.End by) {
        Entry best = null;
        int bestScore = -1;
        for (Entry entry : entries) {
            if (entry.word == word && entry.givenBack == null) {
                int score = (holder(entry.taken, word.kind()).equals(holder(by, word.kind())) ? 2 : 0)
                        + (entry.taken.actor().equals(by.actor()) ? 1 : 0);
                if (score >= bestScore) {
                    best = entry;
                    bestScore = score;
                }
            }
        }
        if (best != null) {
            best.givenBack = by;
        }
    }

    /**
     * The file of the innermost function that does not just count for its caller: no wrapper in a header, nor mmput(). The
     * address space that a task is given in fork.c it gives back in exit.c.
     */
    private static String holder(Violation.End end, Kind kind) {
        return end.path().stream()
                .filter(site -> !site.file().endsWith(".h") && !site.function().equals("mmput"))
                .map(site -> kind == Kind.MM_USERS && site.file().equals("kernel/exit.c") ? "kernel/fork.c" : site.file())
                .findFirst()
                .orElse("");
    }

    /**
     * An object is freed. mmu_notifier_unregister() leaves the users of a notifier as they are, so those end with it; counts of an
     * mm do not.
     */
    void freed(long address, long size, Violation.End by) {
        if (!world.isNarrating() || words.isEmpty()) {
            return;
        }
        settle();
        for (Entry entry : entries) {
            Word word = entry.word;
            if (entry.givenBack == null && word.kind() == Kind.NOTIFIER_USERS
                    && word.address() >= address && word.address() < address + size) {
                entry.givenBack = by;
            }
        }
    }

    /** Every reference of the run that is being told, as it is now, in the order in which they were taken. */
    public List<Reference> references() {
        settle();
        return entries.stream()
                .map(entry -> new Reference(
                        entry.word.kind(), entry.word.owner(), entry.value, entry.taken, entry.givenBack))
                .toList();
    }

    // PASIDs

    static void install(Floor floor, World world) {
        floor.add("nothing: runs as it is written, after a look at who still remembers the PASID", (cpu, args, site) -> {
            if (world.isConcurrent()) {
                world.ledger().givenUp((int) args[0], site, cpu);
            }
            return cpu.call(site, world.image().definition("drivers/iommu/ioasid.c", "ioasid_free"), args);
        }, "ioasid_free");
    }

    /** A PASID is about to be free for others: what was an mm's until now. */
    private void givenUp(long pasid, Site site, Cpu cpu) {
        settle();
        for (long address : wordOrder) {
            Word word = words.get(address);
            if (word != null && pasids.getOrDefault(address, -1L) == pasid) {
                checkReuse(word, pasid, site, cpu);
                return;
            }
        }
    }

    /** No table may bear a PASID that is given up, and nothing in hardware remember it. */
    private void checkReuse(Word word, long before, Site site, Cpu cpu) {
        for (int i = 0; i < pasidTables.size(); i++) {
            PasidTable table = pasidTables.get(i);
            if (table.bears(before, world, site, cpu)) {
                world.report(new Violation(
                        "pasid-reuse",
                        "PASID %d of %s is given up for reuse while the %s of device %d still bears it".formatted(
                                before, word.owner(), table.entryName(), i),
                        List.of(world.end("given up by", site, cpu))));
                return;
            }
        }
        String remembered = world.board().observe((int) before, site);
        if (!remembered.isEmpty()) {
            world.report(new Violation(
                    "pasid-reuse",
                    "PASID %d of %s is given up for reuse while hardware remembers it: %s".formatted(before, word.owner(), remembered),
                    List.of(world.end("given up by", site, cpu)),
                    "pasid-reuse by hardware"));
        }
    }

    // Executions

    void snapshot() {
        settle();
        wordsOfSnapshot = wordOrder.size();
        entriesOfSnapshot = entries.size();
        pasidsOfSnapshot.clear();
        pasidsOfSnapshot.putAll(pasids);
        entries.forEach(entry -> entry.givenBackInSetup = entry.givenBack != null);
    }

    void restore() {
        pending = null;
        pasids.clear();
        pasids.putAll(pasidsOfSnapshot);
        while (wordOrder.size() > wordsOfSnapshot) {
            words.remove(wordOrder.removeLast());
        }
        entries.subList(entriesOfSnapshot, entries.size()).clear();
        for (Entry entry : entries) {
            if (!entry.givenBackInSetup) {
                entry.givenBack = null;
            }
        }
    }
}
