package org.svalinn.cli;

import java.util.concurrent.Callable;
import org.svalinn.report.Style;
import org.svalinn.scenario.Catalogue;
import org.svalinn.scenario.Scenario;
import picocli.CommandLine.Command;

@Command(
        name = "scenarios",
        header = "List the scenarios that come with Svalinn.",
        description = {"", "A scenario of your own is a short YAML file: docs/scenarios.md describes it.", ""},
        footerHeading = "%nExamples:%n",
        footer = {"  ${ROOT-COMMAND-NAME} scenarios"})
final class ScenariosCommand implements Callable<Integer> {
    private final Environment environment;

    ScenariosCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        Style style = environment.terminal().style();
        int widest = Catalogue.names().stream().mapToInt(String::length).max().orElse(0);
        for (Scenario scenario : Catalogue.all()) {
            String name = scenario.name() + " ".repeat(widest - scenario.name().length());
            environment.out().println(style.bold(name) + "  " + scenario.summary());
        }
        return ExitStatus.VERIFIED;
    }
}
