package org.svalinn.machine.paging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Program;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.memory.Ram;

/** A walk while software changes the tables, in every order: each read of an entry sees it as it is at that moment. */
@DisplayName("A walk racing with software, in every interleaving")
class PagingRaceTest {
    private static final int RAM_PAGES = 64;
    private static final long WALKS = 1L << 50;
    private static final Site HERE = Site.named("test");
    private static final Site BEGIN = Site.named("a walk begins");
    private static final Site END = Site.named("a walk ends");
    private static final Site DRAIN = Site.named("waits for walks");

    private static final Formats X86 = format("x86-64, 4 levels");
    private static final Formats SECOND_LEVEL = format("VT-d second stage, 3 levels");
    private static final Formats STAGE_1 = format("AArch64 stage 1, 4 KiB, 39 bits, flags 0");
    private static final Formats STAGE_2_HD = format("AArch64 stage 2, 4 KiB, 40 bits, flags 10003");

    private static Formats format(String name) {
        return Formats.all().stream().filter(format -> format.name().equals(name)).findFirst().orElseThrow();
    }

    static Stream<Formats> formats() {
        return Stream.of(X86, SECOND_LEVEL, STAGE_1, STAGE_2_HD);
    }

    static Stream<Formats> formatsThatTrackWrites() {
        return Stream.of(X86, SECOND_LEVEL, STAGE_2_HD);
    }

    /** One address space of one execution, and how many walks of it are under way. */
    private static final class Space {
        final Formats format;
        final Run run;
        final PageTables tables;
        final Walk walk;
        final Ram ram;
        final long address;
        int walks;

        Space(Formats format, Run run, boolean waits) {
            this.format = format;
            this.run = run;
            ram = new Ram(Steps.of(run), RAM_PAGES);
            TableInvalidation drain = (at, bytes, links) -> run.await(Operation.WAIT, WALKS, () -> walks == 0, DRAIN);
            tables = new PageTables(
                    format.entries(),
                    ram,
                    TablePages.of(ram, Tables.OWNER, Site.named("free_pgtables")),
                    waits ? drain : TableInvalidation.NONE);
            walk = new Walk(new PhysicalTables(ram, Tables.WALK)).as(format.format());
            address = format.lowest() + (1L << format.entries().shift(2));
        }

        void map(long bytes, int access) {
            tables.map(address, 1L << format.entries().shift(2) + 3, bytes, access, format.attributes());
        }

        void walk(int wanted) {
            run.step(Operation.ENTER, WALKS, -1, BEGIN);
            walks++;
            walk.begin(tables.root(), format.entries().topLevel(), address, wanted, false);
            format.walker().walk(walk);
            run.step(Operation.LEAVE, WALKS, -1, END);
            walks--;
        }

        void wrong(String check, String message) {
            run.report(new Violation(check, message, List.of(new Violation.End("seen by", "test", List.of(HERE)))));
        }
    }

    /** What two actors do to a space; the goals are what both must be able to see of each other. */
    private interface Scene {
        void start(Run run);

        default void finish(Run run) {}
    }

    private static Verdict explore(Set<String> goals, Scene scene) {
        return Explorer.of(new Program() {
                    @Override
                    public void start(Run run) {
                        scene.start(run);
                    }

                    @Override
                    public void finish(Run run) {
                        scene.finish(run);
                    }

                    @Override
                    public Set<String> goals() {
                        return goals;
                    }
                })
                .explore();
    }

    private static int all(Formats format) {
        boolean secondStage = !(format.entries() instanceof X86Entries) && format != STAGE_1;
        return Access.READ | Access.WRITE | (secondStage ? Access.EXECUTE : 0);
    }

    private static Set<String> checks(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Violated.class);
        return ((Verdict.Violated) verdict)
                .counterexamples().stream().map(c -> c.violation().check()).collect(Collectors.toSet());
    }

    private static Verdict unmapWhileWalking(Formats format, boolean waits) {
        return explore(Set.of("mapped", "unmapped"), run -> {
            Space space = new Space(format, run, waits);
            space.map(format.pageSize(), all(format));
            run.spawn("device", () -> {
                space.walk(Access.READ);
                run.reach(space.walk.isDone() ? "mapped" : "unmapped");
            });
            run.spawn("kernel", () -> space.tables.unmap(space.address, format.pageSize()));
        });
    }

    @ParameterizedTest
    @MethodSource("formats")
    @DisplayName("a table that is freed without waiting for walks is walked after it was freed; the report has "
            + "both ends")
    void walkAfterFree(Formats format) {
        Verdict verdict = unmapWhileWalking(format, false);
        assertThat(checks(verdict)).containsExactly("walk-after-free");
        Violation violation = ((Verdict.Violated) verdict).counterexamples().getFirst().violation();
        assertThat(violation.ends()).extracting(Violation.End::actor).containsExactly("kernel", "device");
    }

    @ParameterizedTest
    @MethodSource("formats")
    @DisplayName("a table that is unlinked, invalidated and then freed is not; the walk sees the page or does not")
    void noWalkAfterFree(Formats format) {
        assertThat(unmapWhileWalking(format, true)).isInstanceOf(Verdict.Verified.class);
    }

    @ParameterizedTest
    @MethodSource("formats")
    @DisplayName("a new table is filled before it is linked: a walk finds the page, or no link to its table")
    void mapWhileWalking(Formats format) {
        Verdict verdict = explore(Set.of("mapped", "unmapped"), run -> {
            Space space = new Space(format, run, false);
            run.spawn("device", () -> {
                space.walk(Access.READ);
                run.reach(space.walk.isDone() ? "mapped" : "unmapped");
                if (space.walk.faultLevel() == 1) {
                    space.wrong("linked-too-early", "a table was linked before it was filled");
                }
            });
            run.spawn("kernel", () -> space.map(format.pageSize(), all(format)));
        });
        assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    }

    private static Verdict splitWhileWalking(Formats format, boolean breaks, Set<String> goals) {
        return explore(goals, run -> {
            Space space = new Space(format, run, true);
            space.tables.breakBeforeMake(breaks);
            space.map(1L << format.entries().shift(2), all(format));
            long after = space.address + format.pageSize();
            run.spawn("device", () -> {
                space.walk(Access.READ);
                if (!space.walk.isDone()) {
                    run.reach("nothing");
                    return;
                }
                run.reach(space.walk.pageShift() == format.entries().shift(1) ? "page" : "block");
                if (space.walk.physical() != 1L << format.entries().shift(2) + 3) {
                    space.wrong("torn", "a page that was never mapped");
                }
            });
            run.spawn("kernel", () -> space.tables.unmap(after, format.pageSize()));
        });
    }

    @Test
    @DisplayName("DDI 0487 D8.16 (break-before-make): a walk of a block that is split sees block, nothing, or page")
    void splitWithBreakBeforeMake() {
        Verdict verdict = splitWhileWalking(STAGE_1, true, Set.of("block", "nothing", "page"));
        assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    @DisplayName("without break-before-make a walk of a large page that is split never misses it")
    void splitWithoutBreak() {
        assertThat(splitWhileWalking(X86, false, Set.of("block", "page"))).isInstanceOf(Verdict.Verified.class);
        assertThat(splitWhileWalking(X86, false, Set.of("nothing"))).isInstanceOf(Verdict.Vacuous.class);
    }

    /** Software takes write permission away while a device writes: what was written must be known to be dirty. */
    private static Verdict protectWhileWriting(Formats format, boolean atomically) {
        Space[] space = new Space[1];
        return explore(Set.of("written", "refused"), new Scene() {
            @Override
            public void start(Run run) {
                space[0] = new Space(format, run, true);
                Space here = space[0];
                here.map(format.pageSize(), all(format));
                run.spawn("device", () -> {
                    here.walk(Access.WRITE);
                    run.reach(here.walk.isDone() ? "written" : "refused");
                });
                run.spawn("kernel", () -> protect(here));
            }

            private void protect(Space here) {
                int readOnly = all(format) & ~Access.WRITE;
                if (atomically) {
                    here.tables.protect(here.address, format.pageSize(), readOnly);
                    return;
                }
                long entry = leafAddress(here);
                long value = here.ram.read(entry, 8, Tables.SOFTWARE);
                here.ram.write(entry, 8, format.entries().protect(value, readOnly), Tables.SOFTWARE);
            }

            @Override
            public void finish(Run run) {
                Space here = space[0];
                if (here.walk.isDone() && !format.entries().isDirty(here.tables.leaf(here.address))) {
                    here.wrong("dirty-lost", "a page was written to and is not dirty");
                }
            }
        });
    }

    /** Where the page's entry is: found without steps of the device's walk. */
    private static long leafAddress(Space space) {
        long table = space.tables.root();
        Entries entries = space.format.entries();
        for (int level = entries.topLevel(); ; level--) {
            long entry = table + (space.address >>> entries.shift(level) & entries.count(level) - 1) * 8;
            if (level == 1) {
                return entry;
            }
            table = space.ram.read(entry, 8, Tables.SOFTWARE) & 0x0000_ffff_ffff_f000L;
        }
    }

    @ParameterizedTest
    @MethodSource("formatsThatTrackWrites")
    @DisplayName("SDM 5.8, VT-d 3.7.2, DDI 0487 D8.5: write protection by compare-and-exchange does not lose the "
            + "dirty state")
    void protectKeepsDirty(Formats format) {
        assertThat(protectWhileWriting(format, true)).isInstanceOf(Verdict.Verified.class);
    }

    @ParameterizedTest
    @MethodSource("formatsThatTrackWrites")
    @DisplayName("write protection by a read and a write does lose it")
    void plainWriteLosesDirty(Formats format) {
        assertThat(checks(protectWhileWriting(format, false))).containsExactly("dirty-lost");
    }

    @Test
    @DisplayName("SDM 5.8: two walks that mark one page, and both marks are there")
    void twoWalksMark() {
        Space[] space = new Space[1];
        Verdict verdict = explore(Set.of(), new Scene() {
            @Override
            public void start(Run run) {
                space[0] = new Space(X86, run, true);
                Space here = space[0];
                here.map(4096, all(X86));
                Walk other = new Walk(new PhysicalTables(here.ram, Tables.WALK)).as(X86.format());
                run.spawn("reader", () -> here.walk(Access.READ));
                run.spawn("writer", () -> {
                    other.begin(here.tables.root(), 4, here.address, Access.WRITE, false);
                    X86.walker().walk(other);
                });
            }

            @Override
            public void finish(Run run) {
                long marks = X86Walker.ACCESSED | X86Walker.DIRTY;
                if ((space[0].tables.leaf(space[0].address) & marks) != marks) {
                    space[0].wrong("mark-lost", "a mark was overwritten");
                }
            }
        });
        assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    }
}
