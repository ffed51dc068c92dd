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

    /** Where its source is. */
    Path kernelPath();

    /** Why this kernel, where the user named none; empty otherwise. */
    String kernelChoice();

    /** Starts the kernel and makes the scenario's setup; a setup that cannot be made is told by {@link Trial#explore}. */
    Trial prepare(Scenario scenario);

    @Override
    void close();

    /**
     * Which kernel to load.
     *
     * @param kernel a source tree or archive; empty for the newest package of the distribution
     * @param patches unified diffs to put on it, in order
     * @param iommu the model of IOMMU
     */
    record Request(Optional<Path> kernel, List<Path> patches, String iommu) {
        public Request {
            patches = List.copyOf(patches);
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

        static final Limits USUAL = new Limits(Optional.of(USUAL_EXECUTIONS), Optional.empty(), false);
    }

    /** One scenario on one kernel, ready to run. */
    interface Trial {
        Verdict explore(Limits limits, Consumer<Coverage> progress);

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
