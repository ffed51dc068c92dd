package org.svalinn.cli;

import java.util.Map;
import java.util.Properties;
import org.svalinn.report.Style;

/**
 * What is known of the screen. The launcher finds it out before Java starts, and tells it by system properties: Java
 * itself cannot say whether standard error is a terminal.
 *
 * @param out whether standard output is a terminal
 * @param err whether standard error is a terminal
 * @param columns of the screen, or as many as suit a file
 * @param style how text on standard output is set off
 */
record Terminal(boolean out, boolean err, int columns, Style style) {
    private static final int SUITS_A_FILE = 100;
    private static final int WIDEST = 120;

    static Terminal of(Properties properties, Map<String, String> environment) {
        String terminals = properties.getProperty("svalinn.terminals", "");
        boolean out = terminals.contains("out");
        boolean coloured = out && environment.getOrDefault("NO_COLOR", "").isEmpty() && !"dumb".equals(environment.get("TERM"));
        return new Terminal(
                out,
                terminals.contains("err"),
                out ? columns(properties.getProperty("svalinn.columns", "")) : SUITS_A_FILE,
                coloured ? Style.COLOURED : Style.PLAIN);
    }

    private static int columns(String text) {
        try {
            int columns = Integer.parseInt(text.strip());
            return columns <= 0 ? SUITS_A_FILE : Math.min(columns, WIDEST);
        } catch (NumberFormatException e) {
            return SUITS_A_FILE;
        }
    }
}
