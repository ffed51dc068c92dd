package org.svalinn.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.CodeSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.svalinn.explore.Run;
import org.svalinn.explore.Verdict;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;
import org.svalinn.machine.Machine;
import org.svalinn.report.OutcomeJson;
import org.svalinn.scenario.Catalogue;
import org.svalinn.scenario.Cell;
import org.svalinn.scenario.KernelName;
import org.svalinn.scenario.Outcome;

/**
 * Runs the cells of a comparison, each once, and keeps what came of each in a file as it comes: a comparison that is
 * interrupted goes on where it was. Outcomes are functions of the program, so the file bears a sum of it.
 */
final class Cells {
    private final Environment environment;
    private final Progress progress;
    private final Workshop.Limits limits;
    private final Path file;
    private final Map<Cell, Outcome> known = new LinkedHashMap<>();
    private boolean keeps = true;

    /** @param fresh whether what was found before is forgotten */
    Cells(Environment environment, Progress progress, Workshop.Limits limits, boolean fresh) {
        this.environment = environment;
        this.progress = progress;
        this.limits = limits;
        file = environment.state().path().resolve("outcomes-%08x-%d%s.jsonl".formatted(
                program(), limits.executions().orElse(0L), limits.first() ? "-first" : ""));
        try {
            if (fresh) {
                Files.deleteIfExists(file);
            } else if (Files.exists(file)) {
                Files.readAllLines(file).forEach(line ->
                        OutcomeJson.read(line).ifPresent(entry -> known.put(entry.getKey(), entry.getValue())));
            }
        } catch (MalformedInputException e) {
            progress.warn(file + " is not ours: nothing of it is used");
        } catch (IOException e) {
            progress.warn("what was found before cannot be read: " + StateFolder.reason(e));
        }
    }

    /** What becomes of the comparison when it is interrupted. */
    private String afterwards() {
        return keeps ? "the same command, without --fresh, goes on where this one was" : "nothing of it is kept";
    }

    /** How many of these have been run before. */
    long known(List<Cell> cells) {
        return cells.stream().filter(known::containsKey).count();
    }

    /** What comes of each, in order. */
    Map<Cell, Outcome> outcomes(List<Cell> cells) {
        progress.afterwards(afterwards());
        Map<Cell, Outcome> outcomes = new LinkedHashMap<>();
        for (Cell cell : cells) {
            Outcome outcome = known.get(cell);
            if (outcome == null) {
                progress.stage("comparing", outcomes.size(), cells.size());
                String step = (outcomes.size() + 1) + " of " + cells.size() + ", " + cell;
                outcome = Outcome.of(explore(environment, cell, limits, progress, step));
                known.put(cell, outcome);
                keep(cell, outcome);
            }
            outcomes.put(cell, outcome);
        }
        return outcomes;
    }

    /** The verdict of one. */
    static Verdict explore(
            Environment environment, Cell cell, Workshop.Limits limits, Progress progress, String step) {
        try (Workshop workshop = open(environment, cell, progress)) {
            return workshop.prepare(Catalogue.find(cell.scenario()).orElseThrow())
                    .explore(limits, coverage -> progress.explored(step, coverage));
        }
    }

    /** The kernel of one. */
    static Workshop open(Environment environment, Cell cell, Progress progress) {
        Workshop.Request request = new Workshop.Request(
                KernelName.REFERENCE + cell.variant().design().name(),
                List.of(),
                cell.variant().omissions().stream().map(Omission::text).toList(),
                cell.iommu());
        return environment.workshops().open(request, progress);
    }

    private void keep(Cell cell, Outcome outcome) {
        if (!keeps) {
            return;
        }
        try {
            Files.createDirectories(environment.state().path());
            Files.writeString(file, OutcomeJson.line(cell, outcome) + "\n",
                    StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            keeps = false;
            progress.afterwards(afterwards());
            progress.warn("outcomes cannot be kept: an interrupted comparison begins anew: " + StateFolder.reason(e));
        }
    }

    /** A sum of the program's own jars; of nothing where it runs from class files. */
    private static long program() {
        CRC32 sum = new CRC32();
        Stream.of(Run.class, Machine.class, Design.class, Catalogue.class)
                .flatMap(type -> jar(type).stream())
                .distinct()
                .forEach(jar -> {
                    try (InputStream in = Files.newInputStream(jar)) {
                        sum.update(in.readAllBytes());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        return sum.getValue();
    }

    private static Optional<Path> jar(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(source.getLocation().toURI())).filter(Files::isRegularFile);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
