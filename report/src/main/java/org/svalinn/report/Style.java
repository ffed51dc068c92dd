package org.svalinn.report;

/** How text is set off on a terminal, or not at all. */
public enum Style {
    PLAIN,
    COLOURED;

    private static final String RESET = "\u001b[0m";

    public String bold(String text) {
        return set("\u001b[1m", text);
    }

    /** For what most readers skip. */
    public String dim(String text) {
        return set("\u001b[2m", text);
    }

    public String good(String text) {
        return set("\u001b[1;32m", text);
    }

    public String bad(String text) {
        return set("\u001b[1;31m", text);
    }

    /** For what is neither good nor bad: nothing was proved. */
    public String doubtful(String text) {
        return set("\u001b[1;33m", text);
    }

    private String set(String code, String text) {
        return this == PLAIN || text.isEmpty() ? text : code + text + RESET;
    }
}
