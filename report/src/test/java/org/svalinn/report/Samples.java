package org.svalinn.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.svalinn.explore.Coverage;
import org.svalinn.explore.Narrative;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Schedule;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;

/** A made-up driver, {@code drivers/toy/}, whose bond outlives the object it looks at. */
final class Samples {
    static final Subject SUBJECT = new Subject(
            "exit-before-close", "Linux 6.1.1 (/usr/src/linux-source-6.1.tar.xz with drop-mmgrab.patch)", List.of("drop-mmgrab.patch"), "smmuv3");

    static final Coverage COVERAGE = new Coverage(1204, 1190, 14, 312_201, 431, 2412);

    private static final Site DROP = new Site("include/linux/toy_count.h", 45, "toy_drop");
    private static final Site ATOMIC = new Site("include/linux/toy_atomic.h", 1211, "toy_dec_and_test");

    private Samples() {}

    static Violation useAfterFree() {
        return new Violation("use-after-free", "toy_struct of parent.context.pinned is read after it was freed", List.of(
                new Violation.End("freed by", "srcu", List.of(
                        new Site("drivers/toy/core.c", 784, "__toy_drop"), DROP,
                        new Site("drivers/toy/notifier.c", 824, "toy_notifier_free_later"))),
                new Violation.End("read by", "child", List.of(
                        new Site("drivers/toy/context.c", 346, "toy_context_put"),
                        new Site("drivers/toy/toy-sva.c", 156, "toy_free_shared_descriptor"),
                        new Site("drivers/toy/toy-sva.c", 402, "toy_sva_unbind"),
                        new Site("svalinn/accelerator.c", 60, "svalinn_release"),
                        new Site("svalinn/exit.c", 22, "svalinn_close"))),
                new Violation.End("allocated by", "parent", List.of(new Site("drivers/toy/core.c", 1100, "toy_alloc")))));
    }

    static Violation leak() {
        return new Violation("leak", "toy_struct of parent is alive when everything is quiet", List.of());
    }

    static Narrative narrative() {
        List<Narrative.Step> steps = new ArrayList<>();
        add(steps, "parent", Operation.START, "", List.of(Site.named("start")), "", false);
        for (int i = 0; i < 40; i++) {
            add(steps, "parent", Operation.READ, "vm_area of parent.flags", List.of(new Site("mm/toy.c", 200 + i, "toy_exit_mmap")), "", false);
        }
        add(steps, "parent", Operation.UPDATE, "toy_struct of parent.count",
                List.of(ATOMIC, DROP, new Site("drivers/toy/core.c", 1190, "toy_put")), "2 -> 1", false);
        add(steps, "child", Operation.ACQUIRE, "sva_lock", List.of(new Site("drivers/toy/toy-sva.c", 398, "toy_sva_unbind")), "", true);
        add(steps, "child", Operation.WRITE, "toy_bond.list_of_the_bonds_of_the_master_device.previous",
                List.of(new Site("drivers/toy/toy-sva.c", 399, "toy_sva_unbind")), "", false);
        add(steps, "child", Operation.SIGNAL, "SRCU callbacks", List.of(new Site("drivers/toy/notifier.c", 850, "toy_notifier_put")), "", false);
        add(steps, "srcu", Operation.WAIT, "SRCU callbacks", List.of(Site.named("serves callbacks")), "", true);
        add(steps, "srcu", Operation.UPDATE, "toy_struct of parent.count",
                List.of(ATOMIC, DROP, new Site("drivers/toy/notifier.c", 824, "toy_notifier_free_later")), "1 -> 0", false);
        add(steps, "srcu", Operation.FREE, "toy_struct of parent", List.of(new Site("drivers/toy/core.c", 784, "__toy_drop")), "toy_struct of parent", false);
        add(steps, "child", Operation.READ, "toy_struct of parent.context.pinned",
                List.of(new Site("drivers/toy/context.c", 346, "toy_context_put")), "", false);
        return new Narrative(List.of("parent", "child", "srcu", "rcu", "kworker"), steps, List.of(useAfterFree()));
    }

    private static void add(
            List<Narrative.Step> steps, String actor, Operation operation, String object, List<Site> path, String note, boolean preempts) {
        steps.add(new Narrative.Step(steps.size(), actor, operation, object, path, note, preempts, false));
    }

    static Schedule schedule() {
        return new Schedule(List.of(
                new Schedule.Decision(0, "parent", Operation.START, Site.named("start"), -1),
                new Schedule.Decision(42, "child", Operation.ACQUIRE, new Site("drivers/toy/toy-sva.c", 398, "toy_sva_unbind"), -1),
                new Schedule.Decision(45, "srcu", Operation.WAIT, Site.named("serves callbacks"), 2)));
    }

    static Verdict.Counterexample counterexample() {
        return new Verdict.Counterexample(useAfterFree(), schedule(), narrative());
    }

    static Finding violated() {
        return new Finding(SUBJECT, new Verdict.Violated(COVERAGE, List.of(counterexample()), true), "",
                List.of("/home/me/.local/state/svalinn/exit-before-close-use-after-free-1a2b3c4d.json"));
    }

    static List<Holding> holdings() {
        return List.of(
                new Holding("mm_users", "mm of parent", 1,
                        new Violation.End("by", "parent", List.of(new Site("drivers/toy/core.c", 1100, "toy_alloc"))),
                        Optional.of(new Violation.End("by", "parent", List.of(DROP, new Site("drivers/toy/exit.c", 7, "toy_exit"))))),
                new Holding("mm_count", "mm of parent", 2,
                        new Violation.End("by", "parent", List.of(
                                ATOMIC, DROP, new Site("drivers/toy/notifier.c", 700, "toy_notifier_register"),
                                new Site("drivers/toy/toy-sva.c", 300, "toy_sva_bind"), new Site("svalinn/accelerator.c", 9, "svalinn_open"))),
                        Optional.empty()),
                new Holding("PASID", "mm of parent", 5,
                        new Violation.End("by", "parent", List.of(new Site("drivers/toy/pasid.c", 33, "toy_alloc_pasid"))), Optional.empty()));
    }
}
