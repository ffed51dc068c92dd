package org.svalinn.cli;

import java.io.IOException;
import java.util.List;
import org.svalinn.report.BadRecording;
import org.svalinn.report.JsonReport;
import org.svalinn.scenario.BadScenario;
import org.svalinn.source.tree.BadInput;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever goes wrong into one line and an exit status. No stack trace reaches the screen. */
record Failures(Environment environment) implements IParameterExceptionHandler, IExecutionExceptionHandler {
    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        return tell(what(e) + "; see '" + environment.command() + " " + help(command.getCommandSpec()) + "'",
                ExitStatus.BAD_INPUT, List.of(arguments));
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult result) {
        return of(e, result.expandedArgs());
    }

    private static String help(CommandSpec command) {
        CommandSpec parent = command.parent();
        if (parent == null) {
            return "help";
        }
        return parent.parent() == null ? "help " + command.name() : parent.name() + " " + command.name() + " --help";
    }

    private static String what(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched) || unmatched.getUnmatched().isEmpty()) {
            return oneLine(e);
        }
        String first = unmatched.getUnmatched().getFirst();
        boolean isCommand = e.getCommandLine().getCommandSpec().parent() == null && !unmatched.isUnknownOption();
        String kind = unmatched.isUnknownOption() ? "option" : isCommand ? "command" : "argument";
        List<String> suggestions = unmatched.getSuggestions();
        return "unknown " + kind + " '" + first + "'"
                + (suggestions.isEmpty() ? "" : ", did you mean " + String.join(" or ", suggestions));
    }

    /** Tells of a failure, and gives the exit status. */
    int of(Throwable failure, List<String> arguments) {
        return switch (failure) {
            case BadInput e -> tell(oneLine(e), ExitStatus.BAD_INPUT, arguments);
            case BadScenario e -> tell(oneLine(e), ExitStatus.BAD_INPUT, arguments);
            case BadRecording e -> tell(oneLine(e), ExitStatus.BAD_INPUT, arguments);
            case BadUsage e -> tell(oneLine(e), ExitStatus.BAD_INPUT, arguments);
            case CannotRun e -> tell("cannot be run: " + e.getMessage(), ExitStatus.UNPROVED, arguments);
            case OutOfMemoryError _ -> tell(
                    "out of memory; SVALINN_JAVA_OPTIONS=-Xmx8g gives more, --max-executions bounds the search",
                    ExitStatus.UNPROVED,
                    arguments);
            default -> tell("Svalinn failed: " + oneLine(failure) + details(failure), ExitStatus.UNPROVED, arguments);
        };
    }

    private int tell(String line, int status, List<String> arguments) {
        environment.err().println(environment.command() + ": " + line);
        if (wantsJson(arguments)) {
            environment.out().print(new JsonReport(environment.version()).failure(line, status));
        }
        return status;
    }

    /** Read from the arguments themselves: they may not have been parsed to their end. */
    private static boolean wantsJson(List<String> arguments) {
        int option = arguments.indexOf("--format");
        return arguments.contains("--format=json")
                || option >= 0 && option + 1 < arguments.size() && arguments.get(option + 1).equals("json");
    }

    private static String oneLine(Throwable failure) {
        String message = failure.getMessage();
        String line = message == null ? "" : message.lines().findFirst().orElse("").strip();
        return line.isEmpty() ? failure.getClass().getSimpleName() : line;
    }

    private String details(Throwable failure) {
        try {
            return "; details are in " + environment.state().save(failure);
        } catch (IOException e) {
            return "; its details could not be written: " + StateFolder.reason(e);
        }
    }
}
