package org.svalinn.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.svalinn.explore.Coverage;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Schedule;
import org.svalinn.explore.Verdict;
import org.svalinn.report.FloorUse;
import org.svalinn.report.Holding;
import org.svalinn.scenario.Scenario;

/** A kernel, loaded once, on which scenarios are run: what the commands need of everything below them. */
interface Workshop extends AutoCloseable {
    /** The kernel as people name it. */
    String kernelName();

    /** The name that finds it again: {@code reference:v5.18}, or where its source is. */
    String kernelText();

    /** Why this kernel, where it was chosen among some; empty otherwise. */
    String kernelChoice();

    /** What in the scenario this kernel cannot do; empty if there is nothing. */
    String refusal(Scenario scenario);

    /** Starts the kernel and makes the scenario's setup; a setup that cannot be made is told by {@link Trial#explore}. */
    Trial prepare(Scenario scenario);

    @Override
    void close();

    /**
     * Which kernel to load.
     *
     * @param kernel as {@link org.svalinn.scenario.KernelName} has it
     * @param patches unified diffs to put on a source kernel, in order
     * @param without what is left out of a reference kernel
     * @param iommu the model of IOMMU
     */
    record Request(String kernel, List<Path> patches, List<String> without, String iommu) {
        public Request {
            patches = List.copyOf(patches);
            without = List.copyOf(without);
        }
    }

    /** Loads kernels. */
    @FunctionalInterface
    interface Opener {
        /**
         * Loads a kernel.
         *
         * @throws org.svalinn.source.tree.BadInput when it cannot be used
         */
        Workshop open(Request request, Listener listener);
    }

    /** Is told how it goes. */
    interface Listener {
        /** Something that takes a while: {@code done} of {@code total}, where the total is known, else 0. */
        void stage(String what, long done, long total);

        void warn(String line);
    }

    /** How far to search. */
    record Limits(Optional<Long> executions, Optional<Duration> time, boolean first) {
        /** How many executions a search makes before it ends by itself. */
        static final long USUAL_EXECUTIONS = 100_000;

        /** The same on a reference kernel. */
        static final long REFERENCE_EXECUTIONS = 500_000;

        static final Limits USUAL = new Limits(Optional.of(USUAL_EXECUTIONS), Optional.empty(), false);
    }

    /** One scenario on one kernel, ready to run. */
    interface Trial {
        Verdict explore(Limits limits, Consumer<Coverage> progress);

        /** What every search of this scenario on this kernel leaves out, a clause each. */
        List<String> bounds();

        /** Why the verdict is what it is, where there is more to say, such as why a bind failed; may be empty. */
        String explanation();

        Explorer.Replay replay(Schedule schedule);

        /**
         * Runs the scenario once, each actor in turn.
         *
         * @param until stops after this action, such as {@code close accel}
         * @throws org.svalinn.scenario.BadScenario when the scenario has no such action
         */
        List<Holding> pins(Optional<String> until);

        /** What has run so far, and on what. */
        FloorUse floorUse();
    }
}
