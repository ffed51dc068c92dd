package org.svalinn.source.floor;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.svalinn.source.runtime.FloorFunction;

/** The functions that Java provides, by name. */
public final class Floor {
    private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();

    /**
     * One function.
     *
     * @param name as C calls it
     * @param standsFor the kernel's own file, or what it is when the kernel has none
     * @param body what runs
     */
    public record Entry(String name, String standsFor, FloorFunction body) {}

    /** Everything that a kernel for this platform needs, in one floor. */
    public static Floor of(Platform platform, World world) {
        Floor floor = new Floor();
        Memories.install(floor, world);
        Pages.install(floor, world);
        Texts.install(floor, world);
        Atomics.install(floor, world);
        Refcounts.install(floor, world);
        Locks.install(floor, world);
        GracePeriods.install(floor, world);
        WorkQueues.install(floor, world);
        Reports.install(floor, world);
        Devices.install(floor, world);
        Ledger.install(floor, world);
        Spinning.install(floor, world);
        Board.install(floor, world);
        Processor.install(floor, world);
        Harness.install(floor, world);
        platform.install(floor, world);
        return floor;
    }

    void add(String standsFor, FloorFunction body, String... names) {
        for (String name : names) {
            if (entries.put(name, new Entry(name, standsFor, body)) != null) {
                throw new IllegalStateException("the floor has " + name + " twice");
            }
        }
    }

    public Collection<Entry> entries() {
        return Collections.unmodifiableCollection(entries.values());
    }

    public SequencedMap<String, FloorFunction> functions() {
        SequencedMap<String, FloorFunction> functions = new LinkedHashMap<>();
        entries.forEach((name, entry) -> functions.put(name, entry.body()));
        return functions;
    }
}
