package org.svalinn.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.svalinn.report.Style;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;

@Command(
        name = "svalinn",
        header = "Explore every interleaving of Linux's shared virtual addressing: designs of it in Java, or the kernel's own C.",
        description = {""},
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${ROOT-COMMAND-NAME} check exit-before-close",
            "  ${ROOT-COMMAND-NAME} check exit-before-close --kernel reference:v5.18-rc1",
            "  ${ROOT-COMMAND-NAME} check exit-before-close --kernel ~/linux --patch drop-mmgrab.patch",
            "  ${ROOT-COMMAND-NAME} pins bind",
            "  ${ROOT-COMMAND-NAME} help check",
        })
final class SvalinnCommand implements Runnable {
    private final Environment environment;

    private SvalinnCommand(Environment environment) {
        this.environment = environment;
    }

    /** The whole command line, ready to be executed. */
    static CommandLine in(Environment environment) {
        CommandLine line = new CommandLine(new SvalinnCommand(environment));
        List.of(
                        new CheckCommand(environment),
                        new ClaimsCommand(environment),
                        new CompareCommand(environment),
                        new SimulateCommand(environment),
                        new PinsCommand(environment),
                        new ReplayCommand(environment),
                        new FloorCommand(environment),
                        new ScenariosCommand(environment),
                        new CommandLine(new BenchCommand(environment)).addSubcommand(new MachineBenchCommand(environment)),
                        new CompletionCommand(environment))
                .forEach(line::addSubcommand);
        line.addSubcommand(new HelpCommand());
        IVersionProvider version = () -> new String[] {"svalinn " + environment.version() + " (Java " + System.getProperty("java.version") + ")"};
        line.getCommandSpec().versionProvider(version);
        line.getSubcommands().values().forEach(sub -> helps(sub, version));
        Failures failures = new Failures(environment);
        line.setCommandName(environment.command())
                .setUsageHelpWidth(Math.max(80, environment.terminal().columns()))
                .setColorScheme(CommandLine.Help.defaultColorScheme(
                        environment.terminal().style() == Style.PLAIN ? CommandLine.Help.Ansi.OFF : CommandLine.Help.Ansi.ON))
                .setOut(new PrintWriter(environment.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(environment.err(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
        return line;
    }

    private static void helps(CommandLine command, IVersionProvider version) {
        if (command.getCommandName().equals("help")) {
            return;
        }
        command.getCommandSpec().mixinStandardHelpOptions(true);
        command.getCommandSpec().versionProvider(version);
        command.getSubcommands().values().forEach(sub -> helps(sub, version));
    }

    @Override
    public void run() {
        throw new BadUsage("a command is missing; '" + environment.command() + " help' lists them");
    }
}
