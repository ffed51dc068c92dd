package org.svalinn.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * Everything that the commands take from the world around them.
 *
 * @param out results
 * @param err everything else
 * @param in what the user types
 * @param terminal what is known of the screen
 * @param command what the user calls this program
 * @param version of Svalinn
 * @param state the folder of what Svalinn keeps for the user
 * @param workshops where scenarios are run
 */
record Environment(
        PrintStream out,
        PrintStream err,
        InputStream in,
        Terminal terminal,
        String command,
        String version,
        StateFolder state,
        Workshop.Opener workshops) {

    static Environment ofProcess(Workshop.Opener workshops) {
        Properties properties = System.getProperties();
        Map<String, String> variables = System.getenv();
        return new Environment(
                System.out,
                System.err,
                System.in,
                Terminal.of(properties, variables),
                properties.getProperty("svalinn.command", "svalinn"),
                implementationVersion(),
                new StateFolder(stateFolder(properties, variables)),
                workshops);
    }

    private static String implementationVersion() {
        String version = Environment.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static Path stateFolder(Properties properties, Map<String, String> variables) {
        String named = variables.getOrDefault("XDG_STATE_HOME", "");
        Path base = named.startsWith("/") ? Path.of(named) : Path.of(properties.getProperty("user.home"), ".local", "state");
        return base.resolve("svalinn");
    }

    /** One line about something that went wrong but does not matter to the result. */
    void warn(String line) {
        err.println("warning: " + line);
    }
}
