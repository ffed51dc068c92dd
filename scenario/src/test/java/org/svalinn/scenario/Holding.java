package org.svalinn.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.LinkedHashSet;
import java.util.regex.Pattern;
import org.svalinn.explore.Site;

/**
 * Who holds what on either kernel, in words that they share: the C function or the Java method that wanted a reference says which
 * kind of holder it is.
 */
final class Holding {
    /** Who holds a reference. */
    enum Holder {
        /** A task of the process: mm_users. */
        TASK,
        /** All users of the address space together: the one mm_count that mm_users hold. */
        USERS,
        /** A task that has given its mm up, and whose CPU still has it. */
        LAZY_TLB,
        /** The notifier that is registered. */
        NOTIFIER,
        /** The IOMMU's driver, for what it has of the mm beside the notifier. */
        DRIVER,
        /** The bond of a device: of the PASID, and of the notifier. */
        BOND,
        /** Who handles a page request. */
        FAULT_HANDLER,
        /** The OOM reaper. */
        REAPER
    }

    /**
     * Which frame of a call path tells the holder.
     *
     * @param count of which count; the same method may want two
     * @param function the C function or Java method
     */
    private record Rule(String count, Pattern function, Holder holder) {
        static Rule of(String count, String function, Holder holder) {
            return new Rule(count, Pattern.compile(function), holder);
        }
    }

    /** The first of them that fits the innermost frame that any fits. The C name is first in each. */
    private static final List<Rule> RULES = List.of(
            Rule.of("mm_users", "mm_init|new Mm", Holder.TASK),
            Rule.of("mm_users", "copy_mm|svalinn_clone|Task\\.clone", Holder.TASK),
            Rule.of("mm_users", "iopf_handle_single|iommu_sva_find|IommuSva\\.findMm|SvaDomain\\.mmOfFault", Holder.FAULT_HANDLER),
            Rule.of("mm_count", "mm_init|new Mm", Holder.USERS),
            Rule.of("mm_count", "exit_mm|Task\\.exitMm", Holder.LAZY_TLB),
            Rule.of("mm_count", "__mmu_notifier_register|MmuNotifiers\\.registerLocked", Holder.NOTIFIER),
            Rule.of("mm_count", "arm_smmu_alloc_shared_cd|IommuSva\\.makeDomain", Holder.DRIVER),
            Rule.of("mm_count", "mark_oom_victim|svalinn_oom_mark|OomKiller\\.kill", Holder.REAPER),
            Rule.of("PASID", "iommu_sva_alloc_pasid|IommuSva\\.takePasid", Holder.BOND),
            Rule.of("notifier users", "__mmu_notifier_register|MmuNotifiers\\.registerLocked", Holder.BOND));

    private Holding() {}

    /** What is held, a line for each reference, such as {@code mm_count of mm of process: NOTIFIER}; sorted. */
    static List<String> of(List<Reference> references) {
        List<String> held = new ArrayList<>();
        for (Reference reference : references) {
            if (reference.isHeld()) {
                // The two kernels call the object with the notifier by different names
                String of = reference.count().equals("notifier users") ? "" : " of " + reference.of();
                String value = reference.count().equals("PASID") ? " " + reference.value() : "";
                held.add(reference.count() + value + of + ": " + holder(reference));
            }
        }
        held.sort(String::compareTo);
        return held;
    }

    private static Holder holder(Reference reference) {
        for (Site site : reference.taken().path()) {
            Optional<Rule> rule = RULES.stream()
                    .filter(any -> any.count().equals(reference.count()))
                    .filter(any -> any.function().matcher(site.function()).matches())
                    .findFirst();
            if (rule.isPresent()) {
                return rule.get().holder();
            }
        }
        throw new AssertionError("no rule says who holds " + reference.count() + " by " + reference.taken().path());
    }

    /** Each action of a scenario, as {@code pins --until} takes it, in the order of the file. */
    static SequencedSet<String> actions(Scenario scenario) {
        SequencedSet<String> actions = new LinkedHashSet<>();
        scenario.setup().forEach(act -> actions.add(act.task() + ": " + act.action().text()));
        scenario.actors().forEach((actor, all) -> {
            if (scenario.tasks().contains(actor)) {
                all.forEach(action -> actions.add(actor + ": " + action.text()));
            }
        });
        return actions;
    }
}
