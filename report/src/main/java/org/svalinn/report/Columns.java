package org.svalinn.report;

import java.util.List;

/** A table of plain text: the first line has the headings. */
final class Columns {
    private Columns() {}

    /** @param words how many of the first columns are words, to the left; the others are numbers, to the right */
    static String of(Style style, List<List<String>> cells, int words) {
        List<String> headings = cells.getFirst();
        StringBuilder text = new StringBuilder();
        for (List<String> line : cells) {
            StringBuilder row = new StringBuilder();
            for (int column = 0; column < line.size(); column++) {
                int at = column;
                int width = cells.stream().mapToInt(other -> other.get(at).length()).max().orElse(0);
                row.append(column < words ? Page.pad(line.get(column), width) : Page.padLeft(line.get(column), width)).append("  ");
            }
            String flat = row.toString().stripTrailing();
            text.append(line == headings ? style.bold(flat) : flat).append('\n');
        }
        return text.toString();
    }
}
