package org.svalinn.source.parse;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A kernel configuration: which options are set, and to what.
 *
 * @param architecture the folder of {@code arch/} that it is for
 * @param options option without {@code CONFIG_} to value as in {@code .config}: {@code y}, a number, a quoted string
 */
public record Configuration(String architecture, Map<String, String> options) {
    public Configuration {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /** Svalinn's own small arm64 configuration: one SMMUv3 with SVA, little else. */
    public static Configuration arm64() {
        return of("arm64");
    }

    /** Svalinn's own small x86-64 configuration: Intel's VT-d with SVA, little else. */
    public static Configuration x86() {
        return of("x86");
    }

    private static Configuration of(String architecture) {
        return parse(architecture, Resources.text("common.config") + Resources.text(architecture + ".config"));
    }

    /** Reads lines {@code CONFIG_NAME=value}; blank lines and lines that begin with {@code #} say nothing. */
    static Configuration parse(String architecture, String text) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            if (!line.startsWith("CONFIG_") || equals < 0) {
                throw new IllegalArgumentException("not a configuration line: " + line);
            }
            options.put(line.substring("CONFIG_".length(), equals), line.substring(equals + 1));
        }
        return new Configuration(architecture, options);
    }

    /** The number an option is set to. */
    public int number(String option) {
        return Integer.parseInt(Objects.requireNonNull(options.get(option), option));
    }
}
