package org.svalinn.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.svalinn.source.floor.Platform;

/**
 * In what the reference kernel and the source differ: each with its reason, which docs/findings.md gives at length under
 * "Reference and source side by side".
 */
final class KnownDifferences {
    /** Executions of the reference kernel. */
    static final int REFERENCE_LIMIT = 5000;

    private KnownDifferences() {}

    /** Executions of the source kernel: as many as a minute allows. */
    static int limit(Platform iommu) {
        return iommu == Platform.SMMUV3 ? 3000 : 1500;
    }

    /** Scenarios whose search of the source ends at the limit: what was found so far is compared, and proves nothing. */
    private static final Map<Platform, Set<String>> NOT_TO_THE_END = Map.of(
            Platform.SMMUV3,
            Set.of("fault-while-exiting", "drain-before-reuse", "oom-while-dma", "bind-while-exiting", "reuse-after-exit"),
            Platform.VTD,
            Set.of("close-while-exiting", "kill-while-bound", "two-devices", "unmap-while-closing", "oom-while-bound",
                    "fault-while-exiting", "dma-while-exit", "munmap-while-dma", "drain-before-reuse", "oom-while-dma",
                    "bind-while-exiting", "reuse-after-exit", "dma-while-closing", "cmdq-race"));

    static boolean isNotToTheEnd(Platform iommu, String scenario) {
        return NOT_TO_THE_END.getOrDefault(iommu, Set.of()).contains(scenario);
    }

    /**
     * What only the source shows.
     *
     * @param checks those that fire
     * @param reason where it is explained
     */
    record Finding(Platform iommu, String scenario, Set<String> checks, String reason) {}

    private static final String FINDING_1 = "finding 1: the context descriptor is freed while a notifier uses it";

    private static final List<Finding> FINDINGS = List.of(
            new Finding(Platform.SMMUV3, "close-while-exiting", Set.of("use-after-free"), FINDING_1),
            new Finding(Platform.SMMUV3, "unmap-while-closing", Set.of("use-after-free"), FINDING_1),
            new Finding(Platform.SMMUV3, "oom-while-bound", Set.of("use-after-free"), FINDING_1),
            new Finding(Platform.SMMUV3, "dma-while-closing", Set.of("use-after-free"), FINDING_1));

    static Optional<Finding> finding(Platform iommu, String scenario) {
        return FINDINGS.stream()
                .filter(finding -> finding.iommu() == iommu && finding.scenario().equals(scenario))
                .findFirst();
    }

    /**
     * What is held by one kernel and not by the other.
     *
     * @param actions after which
     * @param difference as DifferentialTest tells it
     * @param reason in short
     */
    private record Holders(Platform iommu, String scenario, List<String> actions, String difference, String reason) {}

    private static final String NOTIFIERS_OF_ARM =
            "Arm's driver has a notifier for each SMMU domain, and so for each device; the reference one for each mm";
    private static final String FIRST_WAIT =
            "order: the source's bind waits first where Arm's driver takes an ASID from a private domain, before it registers";
    private static final String REAPER =
            "order: the source's reaper is the killer, who has mm_count until the victim is dead; the reference's is a daemon";
    private static final String WAITS = "order: the exit waits for hardware more often in the source, so the others are further";

    private static final List<Holders> HOLDERS = List.of(
            new Holders(Platform.SMMUV3, "two-devices", List.of("process: open right", "process: thread helper"),
                    "source: mm_count of mm of process: NOTIFIER, notifier users: BOND", NOTIFIERS_OF_ARM),
            new Holders(Platform.SMMUV3, "two-devices", List.of("process: close left", "process: exit"),
                    "source: mm_count of mm of process: NOTIFIER", NOTIFIERS_OF_ARM),
            new Holders(Platform.SMMUV3, "kill-while-bound", List.of("worker: exit", "killer: kill victim", "killer: exit"),
                    "reference: mm_count of mm of victim: NOTIFIER, notifier users: BOND", FIRST_WAIT),
            new Holders(Platform.SMMUV3, "oom-while-bound", List.of("victim: close accel", "victim: exit"),
                    "source: mm_count of mm of oom: USERS, mm_count of mm of victim: REAPER, mm_users of mm of oom: TASK", REAPER),
            new Holders(Platform.SMMUV3, "oom-while-bound", List.of("oom: oom-kill victim", "oom: exit"),
                    "reference: mm_count of mm of victim: DRIVER, mm_count of mm of victim: REAPER, mm_count of mm of victim: USERS,"
                            + " mm_users of mm of victim: TASK, notifier users: BOND",
                    REAPER),
            new Holders(Platform.VTD, "oom-while-bound", List.of("victim: close accel"),
                    "source: mm_count of mm of oom: USERS, mm_count of mm of victim: REAPER, mm_users of mm of oom: TASK", REAPER),
            new Holders(Platform.VTD, "oom-while-bound", List.of("victim: exit"),
                    "source: PASID 1 of mm of victim: BOND, mm_count of mm of oom: USERS, mm_count of mm of victim: REAPER,"
                            + " mm_users of mm of oom: TASK",
                    REAPER),
            new Holders(Platform.VTD, "oom-while-bound", List.of("oom: oom-kill victim", "oom: exit"),
                    "reference: PASID 1 of mm of victim: BOND, mm_count of mm of victim: NOTIFIER, mm_count of mm of victim: REAPER,"
                            + " mm_count of mm of victim: USERS, mm_users of mm of victim: TASK, notifier users: BOND",
                    REAPER),
            new Holders(Platform.VTD, "bind-while-exiting", List.of("second: open accel"),
                    "source: mm_count of mm of first: USERS", WAITS));

    /** The differences after each action of the scenario where there is one. */
    static Map<String, String> holders(Platform iommu, String scenario) {
        Map<String, String> all = new LinkedHashMap<>();
        HOLDERS.stream()
                .filter(holders -> holders.iommu() == iommu && holders.scenario().equals(scenario))
                .forEach(holders -> holders.actions().forEach(action -> all.put(action, holders.difference())));
        return all;
    }

    /** Those that are spoken of. */
    static Set<String> scenarios() {
        return Stream.concat(
                        Stream.concat(FINDINGS.stream().map(Finding::scenario), HOLDERS.stream().map(Holders::scenario)),
                        NOT_TO_THE_END.values().stream().flatMap(Set::stream))
                .collect(Collectors.toSet());
    }
}
