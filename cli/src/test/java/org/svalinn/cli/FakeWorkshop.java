package org.svalinn.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.svalinn.explore.Coverage;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Narrative;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Schedule;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.explore.Violation;
import org.svalinn.report.FloorUse;
import org.svalinn.report.Holding;
import org.svalinn.scenario.Scenario;

/** A workshop without a kernel: its verdicts are what a test says. */
final class FakeWorkshop implements Workshop {
    static final Coverage COVERAGE = new Coverage(10, 8, 2, 400, 50, 12);
    static final Violation VIOLATION = new Violation(
            "use-after-free", "thing is read after it was freed",
            List.of(new Violation.End("freed by", "a", List.of(new Site("drivers/toy.c", 7, "toy_free")))));
    private static final Site SITE = new Site("drivers/toy.c", 9, "toy_read");
    static final Narrative NARRATIVE = new Narrative(
            List.of("a", "b"),
            List.of(
                    new Narrative.Step(0, "a", Operation.FREE, "thing", List.of(SITE), "", false, true),
                    new Narrative.Step(1, "b", Operation.READ, "thing", List.of(SITE), "1", false, true)),
            List.of(VIOLATION));
    static final Schedule SCHEDULE = new Schedule(List.of(new Schedule.Decision(0, "a", Operation.FREE, SITE, -1)));

    private final Map<String, Verdict> verdicts = new HashMap<>();
    private final List<Request> requests = new ArrayList<>();
    private final List<Limits> limits = new ArrayList<>();
    private Supplier<Explorer.Replay> replay = () -> new Explorer.Replay(NARRATIVE, "");
    private Optional<RuntimeException> failure = Optional.empty();
    private Optional<Error> error = Optional.empty();
    private String refused = "";
    private boolean closed;

    FakeWorkshop verdict(String scenario, Verdict verdict) {
        verdicts.put(scenario, verdict);
        return this;
    }

    static Verdict violated() {
        return new Verdict.Violated(COVERAGE, List.of(new Verdict.Counterexample(VIOLATION, SCHEDULE, NARRATIVE)), true);
    }

    FakeWorkshop replaying(Narrative narrative, String departure) {
        replay = () -> new Explorer.Replay(narrative, departure);
        return this;
    }

    /** Makes every opening fail. */
    FakeWorkshop failing(RuntimeException with) {
        failure = Optional.of(with);
        return this;
    }

    FakeWorkshop failing(Error with) {
        error = Optional.of(with);
        return this;
    }

    List<Request> requests() {
        return requests;
    }

    List<Limits> limits() {
        return limits;
    }

    boolean isClosed() {
        return closed;
    }

    Workshop open(Request request, Listener listener) {
        requests.add(request);
        failure.ifPresent(e -> {
            throw e;
        });
        error.ifPresent(e -> {
            throw e;
        });
        return this;
    }

    @Override
    public String kernelName() {
        return "Linux 6.1.1 (/toy)";
    }

    @Override
    public String kernelText() {
        return requests.getLast().kernel().startsWith("reference:") ? requests.getLast().kernel() : "/toy";
    }

    @Override
    public String kernelChoice() {
        return requests.getLast().kernel().equals("source") ? "the newest source package under /usr/src" : "";
    }

    /** Makes the kernel unable to do this scenario. */
    FakeWorkshop refusing(String scenario) {
        refused = scenario;
        return this;
    }

    @Override
    public String refusal(Scenario scenario) {
        return scenario.name().equals(refused) ? "this kernel cannot 'fly'" : "";
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public Trial prepare(Scenario scenario) {
        Verdict verdict = verdicts.getOrDefault(scenario.name(), new Verdict.Verified(COVERAGE));
        return new Trial() {
            @Override
            public Verdict explore(Limits of, Consumer<Coverage> progress) {
                limits.add(of);
                progress.accept(COVERAGE);
                return verdict;
            }

            @Override
            public List<String> bounds() {
                return List.of();
            }

            @Override
            public String explanation() {
                return "";
            }

            @Override
            public Explorer.Replay replay(Schedule schedule) {
                return replay.get();
            }

            @Override
            public List<Holding> pins(Optional<String> until) {
                return List.of(new Holding("mm_count", "mm of a", 2, new Violation.End("by", "a", List.of(SITE)), Optional.empty()));
            }

            @Override
            public FloorUse floorUse() {
                FloorUse.Provided kfree = new FloorUse.Provided("kfree", "mm/slab_common.c", 3);
                return new FloorUse(List.of(new FloorUse.CCode("toy_read", "drivers/toy.c", 1)), List.of(kfree), List.of(kfree));
            }
        };
    }
}
