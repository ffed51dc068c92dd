package org.svalinn.source.floor;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.svalinn.explore.Site;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.Memory;

/** Formatted text: stands for lib/vsprintf.c, as far as names of kernel objects need it. */
final class Texts {
    private static final Pattern DIRECTIVE = Pattern.compile("%(0?)(\\d*)(?:hh|h)?(ll|l|z)?([diuxsc%]|p(?![A-Za-z]))|%");

    private Texts() {}

    static void install(Floor floor, World world) {
        String source = "lib/vsprintf.c";
        floor.add(source, (cpu, args, site) -> print(args[0], Long.MAX_VALUE, format(world, args, 1, site, cpu), site, cpu), "sprintf");
        floor.add(source, (cpu, args, site) -> print(args[0], args[1], format(world, args, 2, site, cpu), site, cpu), "snprintf");
    }

    /** Gives the length of the whole text, whether it fitted or not. */
    private static long print(long buffer, long size, String text, Site site, Cpu cpu) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < bytes.length && i < size - 1; i++) {
            cpu.store(buffer + i, 1, bytes[i], false, site);
        }
        if (size > 0) {
            cpu.store(buffer + Math.min(bytes.length, size - 1), 1, 0, false, site);
        }
        return bytes.length;
    }

    private static String format(World world, long[] args, int at, Site site, Cpu cpu) {
        Memory memory = world.memory();
        String format = memory.cString(args[at]);
        StringBuilder text = new StringBuilder();
        Matcher directive = DIRECTIVE.matcher(format);
        int next = at + 1;
        while (directive.find()) {
            String conversion = directive.group(4);
            if (conversion == null) {
                throw cpu.unmodelled("the format \"" + format + "\"", site);
            }
            String piece = conversion.equals("%") ? "%" : piece(conversion, directive.group(3) != null, args[next++], memory);
            String width = directive.group(2);
            if (!width.isEmpty()) {
                String padding = directive.group(1).isEmpty() ? " " : "0";
                piece = padding.repeat(Math.max(0, Integer.parseInt(width) - piece.length())) + piece;
            }
            directive.appendReplacement(text, Matcher.quoteReplacement(piece));
        }
        return directive.appendTail(text).toString();
    }

    private static String piece(String conversion, boolean sized, long value, Memory memory) {
        return switch (conversion) {
            case "d", "i" -> Long.toString(sized ? value : (int) value);
            case "u" -> Long.toUnsignedString(sized ? value : value & 0xffffffffL);
            case "x" -> Long.toHexString(sized ? value : value & 0xffffffffL);
            case "c" -> Character.toString((char) (value & 0xff));
            case "s" -> value == 0 ? "(null)" : memory.cString(value);
            default -> Long.toHexString(value);
        };
    }
}
