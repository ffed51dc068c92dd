package org.svalinn.report;

import java.util.List;
import java.util.stream.Stream;

/** A table of plain text: the first line has the headings. */
final class Columns {
    /** Blanks between columns. */
    private static final int GAP = 2;

    private Columns() {}

    /** The same for a screen: where that is too narrow, the columns come in several tables, each with the first of them. */
    static String of(Style style, List<List<String>> cells, int words, int width) {
        StringBuilder text = new StringBuilder();
        int columns = cells.getFirst().size();
        for (int from = 1; from < columns; ) {
            int to = from + 1;
            int used = width(cells, 0) + GAP + width(cells, from);
            while (to < columns && used + GAP + width(cells, to) <= width) {
                used += GAP + width(cells, to++);
            }
            text.append(text.isEmpty() ? "" : "\n").append(of(style, part(cells, from, to), words));
            from = to;
        }
        return text.toString();
    }

    /** The first column, and those from one to before another. */
    private static List<List<String>> part(List<List<String>> cells, int from, int to) {
        return cells.stream()
                .map(line -> Stream.concat(line.stream().limit(1), line.subList(from, to).stream()).toList())
                .toList();
    }

    private static int width(List<List<String>> cells, int column) {
        return cells.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
    }

    /** @param words how many of the first columns are words, to the left; the others are numbers, to the right */
    static String of(Style style, List<List<String>> cells, int words) {
        List<String> headings = cells.getFirst();
        StringBuilder text = new StringBuilder();
        for (List<String> line : cells) {
            StringBuilder row = new StringBuilder();
            for (int column = 0; column < line.size(); column++) {
                int width = width(cells, column);
                String cell = line.get(column);
                row.append(column < words ? Page.pad(cell, width) : Page.padLeft(cell, width)).append(" ".repeat(GAP));
            }
            String flat = row.toString().stripTrailing();
            text.append(line == headings ? style.bold(flat) : flat).append('\n');
        }
        return text.toString();
    }
}
