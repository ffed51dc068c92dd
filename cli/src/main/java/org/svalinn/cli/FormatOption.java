package org.svalinn.cli;

import picocli.CommandLine.Option;

/** The option that says how results are printed. */
final class FormatOption {
    @Option(names = "--format", paramLabel = "text|json", defaultValue = "text",
            description = "text, or one JSON object on standard output and nothing else there. Default: ${DEFAULT-VALUE}.")
    private Format format = Format.text;

    boolean isJson() {
        return format == Format.json;
    }
}
