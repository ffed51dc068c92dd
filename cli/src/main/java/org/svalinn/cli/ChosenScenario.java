package org.svalinn.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.svalinn.scenario.Catalogue;
import org.svalinn.scenario.Scenario;
import org.svalinn.scenario.ScenarioReader;

/**
 * A scenario that the user chose.
 *
 * @param scenario what it is
 * @param text the whole text of its file, where it is not of the catalogue
 */
record ChosenScenario(Scenario scenario, Optional<String> text) {
    private static final int MOST_NAMES = 3;

    /** Those that were named, or all of the catalogue where none was. */
    static List<ChosenScenario> of(List<String> names) {
        return names.isEmpty()
                ? Catalogue.all().stream().map(scenario -> new ChosenScenario(scenario, Optional.empty())).toList()
                : names.stream().map(ChosenScenario::of).toList();
    }

    /**
     * A scenario of the catalogue, or a file: what ends with {@code .yaml} or {@code .yml} or has a slash in it.
     *
     * @throws BadUsage when there is neither
     */
    static ChosenScenario of(String name) {
        if (name.endsWith(".yaml") || name.endsWith(".yml") || name.contains("/")) {
            String text = read(name);
            return new ChosenScenario(ScenarioReader.read(name, text), Optional.of(text));
        }
        return Catalogue.find(name)
                .map(scenario -> new ChosenScenario(scenario, Optional.empty()))
                .orElseThrow(() -> new BadUsage("unknown scenario '" + name + "'; did you mean " + nearest(name)
                        + "? 'scenarios' lists them all"));
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (MalformedInputException e) {
            throw new BadUsage(file + " is not a text in UTF-8");
        } catch (IOException e) {
            throw new BadUsage("cannot read the scenario file " + StateFolder.reason(e));
        }
    }

    private static String nearest(String name) {
        List<String> names = Catalogue.names().stream()
                .sorted(Comparator.comparingInt(known -> distance(name, known)))
                .limit(MOST_NAMES)
                .toList();
        return String.join(", ", names.subList(0, names.size() - 1)) + " or " + names.getLast();
    }

    /** How many letters to add, drop or change to come from one name to the other; a part of a name is near to it. */
    static int distance(String from, String to) {
        if (!from.isEmpty() && to.contains(from)) {
            return 0;
        }
        List<Integer> above = new ArrayList<>();
        for (int column = 0; column <= to.length(); column++) {
            above.add(column);
        }
        for (int row = 1; row <= from.length(); row++) {
            List<Integer> current = new ArrayList<>(List.of(row));
            for (int column = 1; column <= to.length(); column++) {
                int change = from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1;
                current.add(Math.min(
                        above.get(column - 1) + change, 1 + Math.min(above.get(column), current.get(column - 1))));
            }
            above = current;
        }
        return above.getLast();
    }
}
