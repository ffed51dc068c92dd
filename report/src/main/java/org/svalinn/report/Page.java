package org.svalinn.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Text for a screen of some width, written line by line. */
final class Page {
    static final int NARROWEST = 72;
    private static final char UNBREAKABLE = '\u00a0';

    /** The blank between a number and its unit, at which a line is not broken. */
    private static final Pattern BEFORE_UNIT = Pattern.compile("(?<=\\d) (?=(?:s|ms|us|ns)\\b)");

    private final Style style;
    private final int width;
    private final StringBuilder text = new StringBuilder();

    /** @param width columns of the screen */
    Page(Style style, int width) {
        this.style = style;
        this.width = Math.max(NARROWEST, width);
    }

    Style style() {
        return style;
    }

    int width() {
        return width;
    }

    /** One line as it is, without the blanks at its end. */
    Page line(String line) {
        text.append(line.stripTrailing()).append('\n');
        return this;
    }

    Page blank() {
        text.append('\n');
        return this;
    }

    /** A paragraph, wrapped, each line indented by {@code indent}; {@code first} stands in the indent of the first. */
    Page paragraph(String first, int indent, String words) {
        return paragraph(first, indent, words, UnaryOperator.identity());
    }

    Page paragraph(String first, int indent, String words, UnaryOperator<String> setOff) {
        String lead = pad(first, indent);
        for (String line : wrap(words, width - indent)) {
            line(lead + setOff.apply(line));
            lead = " ".repeat(indent);
        }
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    static String padLeft(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    /** Breaks text at blanks, and inside of a word only where it alone is wider than the line. At least one line. */
    static List<String> wrap(String words, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        String joined = BEFORE_UNIT.matcher(words.strip()).replaceAll(String.valueOf(UNBREAKABLE));
        for (String word : joined.split("\\s+")) {
            String rest = word;
            if (!line.isEmpty() && line.length() + 1 + rest.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            while (rest.length() > width) {
                int end = breakOf(rest, width);
                lines.add(rest.substring(0, end));
                rest = rest.substring(end);
            }
            line.append(line.isEmpty() ? "" : " ").append(rest);
        }
        lines.add(line.toString());
        lines.replaceAll(each -> each.replace(UNBREAKABLE, ' '));
        return lines;
    }

    /** Words that {@link #wrap} keeps on one line. */
    static String unbroken(String words) {
        return words.replace(' ', UNBREAKABLE);
    }

    /** Where to break a word that is too long: after the last slash, dot, underscore or hyphen that fits. */
    private static int breakOf(String word, int width) {
        for (int end = width; end > width / 2; end--) {
            if ("/._-".indexOf(word.charAt(end - 1)) >= 0) {
                return end;
            }
        }
        return width;
    }
}
