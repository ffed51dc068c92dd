package org.svalinn.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.svalinn.explore.Coverage;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Schedule;
import org.svalinn.explore.Verdict;
import org.svalinn.report.FloorUse;
import org.svalinn.report.Holding;
import org.svalinn.scenario.CannotPlay;
import org.svalinn.scenario.Experiment;
import org.svalinn.scenario.KernelName;
import org.svalinn.scenario.Laboratory;
import org.svalinn.scenario.Reference;
import org.svalinn.scenario.Scenario;
import org.svalinn.source.KernelInstance;
import org.svalinn.source.floor.Floor;
import org.svalinn.source.floor.SetupFailure;
import org.svalinn.source.runtime.CFunction;
import org.svalinn.source.runtime.Unmodelled;

/** The workshop of the real thing: a laboratory, and experiments in it. */
final class LaboratoryWorkshop implements Workshop {
    private static final Coverage NOTHING = new Coverage(0, 0, 0, 0, 0, 0);

    private final Laboratory laboratory;

    private LaboratoryWorkshop(Laboratory laboratory) {
        this.laboratory = laboratory;
    }

    static Workshop open(Request request, Listener listener) {
        return new LaboratoryWorkshop(Laboratory.open(
                new Laboratory.Request(
                        KernelName.of(request.kernel(), request.patches(), request.without()), request.iommu()),
                new Laboratory.Listener() {
                    @Override
                    public void stage(String what, long done, long total) {
                        listener.stage(what, done, total);
                    }

                    @Override
                    public void warn(String line) {
                        listener.warn(line);
                    }
                }));
    }

    @Override
    public String kernelName() {
        return laboratory.kernelName();
    }

    @Override
    public String kernelText() {
        return laboratory.kernelText();
    }

    @Override
    public String kernelChoice() {
        return laboratory.kernelChoice();
    }

    @Override
    public String refusal(Scenario scenario) {
        return laboratory.refusal(scenario);
    }

    @Override
    public Trial prepare(Scenario scenario) {
        try {
            return new ExperimentTrial(laboratory.prepare(scenario));
        } catch (CannotPlay | SetupFailure | Unmodelled e) {
            return new FailedTrial(e);
        }
    }

    @Override
    public void close() {
        laboratory.close();
    }

    /** The setup could not be made, so nothing can be explored. */
    private record FailedTrial(RuntimeException reason) implements Trial {
        @Override
        public Verdict explore(Limits limits, Consumer<Coverage> progress) {
            return new Verdict.Error(NOTHING, String.valueOf(reason.getMessage()));
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
            throw new CannotRun(reason);
        }

        @Override
        public List<Holding> pins(Optional<String> until) {
            throw new CannotRun(reason);
        }

        @Override
        public FloorUse floorUse() {
            throw new CannotRun(reason);
        }
    }

    private record ExperimentTrial(Experiment experiment) implements Trial {
        @Override
        public Verdict explore(Limits limits, Consumer<Coverage> progress) {
            Explorer explorer = Explorer.of(experiment).stopAtFirst(limits.first()).progress(progress);
            limits.executions().ifPresent(explorer::maxExecutions);
            limits.time().ifPresent(explorer::maxTime);
            return explorer.explore();
        }

        @Override
        public List<String> bounds() {
            return experiment.bounds();
        }

        @Override
        public String explanation() {
            return experiment.bindFailure();
        }

        @Override
        public Explorer.Replay replay(Schedule schedule) {
            try {
                return Explorer.of(experiment).replay(schedule);
            } catch (IllegalStateException e) {
                throw new CannotRun(e);
            }
        }

        @Override
        public List<Holding> pins(Optional<String> until) {
            try {
                return experiment.pins(until).stream().map(ExperimentTrial::holding).toList();
            } catch (IllegalStateException e) {
                throw new CannotRun(e);
            }
        }

        private static Holding holding(Reference reference) {
            return new Holding(
                    reference.count(),
                    reference.of(),
                    reference.value(),
                    reference.taken(),
                    Optional.ofNullable(reference.givenBack()));
        }

        @Override
        public FloorUse floorUse() {
            KernelInstance kernel = experiment.sourceKernel()
                    .orElseThrow(() -> new BadUsage("a reference kernel has no floor: all of it is Java"));
            List<CFunction> executed = kernel.executed();
            Map<String, CFunction> onFloor = executed.stream()
                    .filter(CFunction::isFloor)
                    .collect(Collectors.toMap(CFunction::name, function -> function, (first, second) -> first));
            List<FloorUse.Provided> whole = kernel.floor().stream()
                    .map(entry -> provided(entry, onFloor))
                    .toList();
            return new FloorUse(
                    executed.stream()
                            .filter(function -> !function.isFloor())
                            .map(function -> new FloorUse.CCode(function.name(), function.file(), function.calls()))
                            .toList(),
                    whole.stream().filter(function -> function.calls() > 0).toList(),
                    whole);
        }

        private static FloorUse.Provided provided(Floor.Entry entry, Map<String, CFunction> onFloor) {
            CFunction function = onFloor.get(entry.name());
            return new FloorUse.Provided(entry.name(), entry.standsFor(), function == null ? 0 : function.calls());
        }
    }
}
