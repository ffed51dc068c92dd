package org.svalinn.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.svalinn.kernel.simulate.Latency;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 1ms..1s}, {@code 20us..200us} and {@code 5us}. */
final class LatencyRange implements ITypeConverter<Latency> {
    private static final String TIME = "([1-9][0-9]{0,8})(ns|us|ms|s)";
    private static final Pattern RANGE = Pattern.compile(TIME + "(?:\\.\\." + TIME + ")?");

    @Override
    public Latency convert(String text) {
        Matcher matcher = RANGE.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is not a range of times such as 1ms..1s, 20us..200us or 5us");
        }
        long min = nanos(matcher.group(1), matcher.group(2));
        long max = matcher.group(3) == null ? min : nanos(matcher.group(3), matcher.group(4));
        if (min > max) {
            throw new TypeConversionException("'" + text + "' begins after its end");
        }
        return new Latency(min, max);
    }

    private static long nanos(String number, String unit) {
        long factor =
                switch (unit) {
                    case "us" -> 1_000;
                    case "ms" -> 1_000_000;
                    case "s" -> 1_000_000_000;
                    default -> 1;
                };
        return Long.parseLong(number) * factor;
    }
}
