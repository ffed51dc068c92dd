package org.svalinn.machine.paging;

import static org.assertj.core.api.Assertions.assertThat;

import org.svalinn.machine.Steps;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;
import org.svalinn.machine.memory.Ram;
import org.svalinn.machine.memory.Use;

/** Tables put together by hand, one path from the top to a page, and a walk of them. */
final class Tables {
    static final Owner OWNER = new Owner("process 1");
    static final Use SOFTWARE = Use.of(Use.Kind.SOFTWARE, "set_pte");
    static final Use WALK = Use.of(Use.Kind.WALK, "walk");

    private static final int PAGES = 1024;

    final Ram ram = new Ram(Steps.DIRECT, PAGES);
    final Walk walk = new Walk(new PhysicalTables(ram, WALK));
    final Walker walker;
    final int top;
    final long format;

    /** Tables by level, the first at {@code top}. */
    final long[] table = new long[Walk.MOST_LEVELS + 1];

    /** Where the entry on the path is, by level. */
    final long[] entry = new long[Walk.MOST_LEVELS + 1];

    Tables(Walker walker, long format, int top) {
        this.walker = walker;
        this.format = format;
        this.top = top;
        walk.as(format);
    }

    /** Memory for a table of so many bytes. */
    long allocate(long bytes) {
        return ram.allocate(PageState.PAGE_TABLE, OWNER, (int) Math.max(1, bytes >>> Ram.PAGE_SHIFT));
    }

    void put(int level, long value) {
        ram.write(entry[level], 8, value, SOFTWARE);
    }

    long get(int level) {
        return ram.read(entry[level], 8, SOFTWARE);
    }

    /** Sets bits of the entry at a level. */
    Tables set(int level, long bits) {
        put(level, get(level) | bits);
        return this;
    }

    Tables clear(int level, long bits) {
        put(level, get(level) & ~bits);
        return this;
    }

    Walk ask(long address, int wanted, boolean privileged) {
        return ask(format, address, wanted, privileged);
    }

    Walk ask(long withFormat, long address, int wanted, boolean privileged) {
        walk.as(withFormat).begin(table[top], top, address, wanted, privileged);
        walker.walk(walk);
        return walk;
    }

    static void assertFault(Walk walk, WalkFault fault, int level) {
        assertThat(walk.fault()).isEqualTo(fault);
        assertThat(walk.faultLevel()).isEqualTo(level);
    }

    /** Asks what would be granted. */
    Walk askOnly(long withFormat, long address, int wanted) {
        walk.as(withFormat).begin(table[top], top, address, wanted, false).withoutPermissionFault();
        walker.walk(walk);
        return walk;
    }

    /** Somebody replaces the entry at a level, once, just before the walk marks it. */
    Tables meanwhile(int level, long value) {
        boolean[] done = {false};
        PhysicalTables direct = new PhysicalTables(ram, WALK);
        walk.through(new TableMemory() {
            @Override
            public long locate(long address, boolean forUpdate) {
                return direct.locate(address, forUpdate);
            }

            @Override
            public long readEntry(long physical) {
                return direct.readEntry(physical);
            }

            @Override
            public long updateEntry(long physical, long expected, long marked) {
                if (!done[0] && physical == entry[level]) {
                    done[0] = true;
                    put(level, value);
                }
                return direct.updateEntry(physical, expected, marked);
            }
        });
        return this;
    }
}
