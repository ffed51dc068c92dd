package org.svalinn.source.parse;

import static org.svalinn.source.parse.GeneratedHeaders.define;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.StringTokenizer;
import org.svalinn.source.tree.BadInput;

/**
 * {@code arch/arm64/tools/sysreg}: the fields of system registers, from bit 63 down.
 *
 * <p>Blocks are {@code Sysreg name op0 op1 crn crm op2}, {@code SysregFields name} (fields that several registers
 * share) and, inside either, {@code Enum bits field}; 6.1 knows {@code Enum}, later trees {@code UnsignedEnum} and
 * {@code SignedEnum} as well. Inside a block: {@code Field bits name}, {@code Res0 bits}, {@code Res1 bits},
 * {@code Raz bits}, {@code Fields name} (see there), and values {@code 0b01 NAME} in an enumeration.
 */
final class SysregTable {
    private final String path;
    private final StringBuilder header = new StringBuilder();
    private final Deque<String> blocks = new ArrayDeque<>();
    private int lineNumber;
    private String register = "";
    private String enumeration = "";
    private String res0 = "";
    private String res1 = "";
    private String unknown = "";
    private boolean fieldsElsewhere;
    private int nextBit;

    private SysregTable(String path) {
        this.path = path;
    }

    /** The text of {@code asm/sysreg-defs.h}. */
    static String header(String path, String table) {
        SysregTable reader = new SysregTable(path);
        table.lines().forEach(reader::line);
        if (!reader.blocks.isEmpty()) {
            throw reader.bad(reader.blocks.peek() + " has no end");
        }
        return reader.header.toString();
    }

    private void line(String line) {
        lineNumber++;
        String[] words = words(line);
        if (words.length == 0 || words[0].startsWith("#")) {
            return;
        }
        switch (words[0]) {
            case "SysregFields" -> {
                expect(words, 2);
                open(words[0], words[1]);
            }
            case "Sysreg" -> {
                expect(words, 7);
                open(words[0], words[1]);
                encoding(words);
            }
            case "EndSysreg", "EndSysregFields" -> close(words[0].substring("End".length()));
            case "Enum", "SignedEnum", "UnsignedEnum" -> {
                expect(words, 3);
                enumeration = words[2];
                field(words[2], bits(words[1]), words[0]);
                blocks.push(words[0]);
            }
            case "EndEnum" -> {
                if (blocks.isEmpty() || !blocks.pop().endsWith("Enum")) {
                    throw bad("EndEnum outside an Enum");
                }
            }
            case "Field" -> {
                expect(words, 3);
                field(words[2], bits(words[1]), words[0]);
            }
            case "Fields", "Mapping" -> {
                expect(words, 2);
                fieldsElsewhere = true;
                nextBit = -1;
            }
            case "Res0" -> res0 += " | " + mask("GENMASK_ULL", bits(words[1]));
            case "Res1" -> res1 += " | " + mask("GENMASK_ULL", bits(words[1]));
            case "Unkn" -> unknown += " | " + mask("GENMASK_ULL", bits(words[1]));
            case "Raz" -> bits(words[1]);
            default -> value(words);
        }
    }

    private static String[] words(String line) {
        StringTokenizer words = new StringTokenizer(line);
        String[] all = new String[words.countTokens()];
        for (int i = 0; i < all.length; i++) {
            all[i] = words.nextToken();
        }
        return all;
    }

    private void open(String block, String name) {
        if (!blocks.isEmpty()) {
            throw bad(block + " inside " + blocks.peek());
        }
        blocks.push(block);
        register = name;
        res0 = "UL(0)";
        res1 = "UL(0)";
        unknown = "UL(0)";
        fieldsElsewhere = false;
        nextBit = 63;
    }

    private void encoding(String[] words) {
        String name = "S" + words[2] + "_" + words[3] + "_C" + words[4] + "_C" + words[5] + "_" + words[6];
        header.append(define("REG_" + register, name));
        header.append(define(
                "SYS_" + register, "sys_reg(" + String.join(", ", words[2], words[3], words[4], words[5], words[6])
                        + ")"));
        String[] parts = {"Op0", "Op1", "CRn", "CRm", "Op2"};
        for (int i = 0; i < parts.length; i++) {
            header.append(define("SYS_" + register + "_" + parts[i], words[2 + i]));
        }
    }

    private void close(String block) {
        if (blocks.isEmpty() || !blocks.pop().equals(block)) {
            throw bad("End" + block + " without " + block);
        }
        if (nextBit >= 0) {
            throw bad("bits " + nextBit + " to 0 of " + register + " are not described");
        }
        if (!fieldsElsewhere) {
            header.append(define(register + "_RES0", "(" + res0 + ")"));
            header.append(define(register + "_RES1", "(" + res1 + ")"));
            header.append(define(register + "_UNKN", "(" + unknown + ")"));
        }
    }

    private void field(String name, int[] bits, String kind) {
        String field = register + "_" + name;
        header.append(define(field, mask("GENMASK", bits)));
        header.append(define(field + "_MASK", mask("GENMASK", bits)));
        header.append(define(field + "_SHIFT", Integer.toString(bits[1])));
        header.append(define(field + "_WIDTH", Integer.toString(bits[0] - bits[1] + 1)));
        if (!kind.equals("Field") && !kind.equals("Enum")) {
            header.append(define(field + "_SIGNED", Boolean.toString(kind.equals("SignedEnum"))));
        }
    }

    private void value(String[] words) {
        if (!words[0].matches("0b[01]+") || blocks.isEmpty() || !blocks.getFirst().endsWith("Enum")) {
            throw bad("not understood: " + String.join(" ", words));
        }
        expect(words, 2);
        header.append(define(register + "_" + enumeration + "_" + words[1], "UL(" + words[0] + ")"));
    }

    /** The highest and lowest bit of {@code high:low} or of a single bit; each field begins where the last ended. */
    private int[] bits(String range) {
        int colon = range.indexOf(':');
        int high;
        int low;
        try {
            high = Integer.parseInt(colon < 0 ? range : range.substring(0, colon));
            low = Integer.parseInt(range.substring(colon + 1));
        } catch (NumberFormatException e) {
            throw bad("not a range of bits: " + range);
        }
        if (high != nextBit || low > high || low < 0) {
            throw bad("bits " + range + " of " + register + " where bit " + nextBit + " comes next");
        }
        nextBit = low - 1;
        return new int[] {high, low};
    }

    private static String mask(String macro, int[] bits) {
        return macro + "(" + bits[0] + ", " + bits[1] + ")";
    }

    private void expect(String[] words, int count) {
        if (words.length != count) {
            throw bad(words.length + " words where " + count + " are expected");
        }
    }

    private BadInput bad(String what) {
        return new BadInput(path + ":" + lineNumber + ": " + what);
    }
}
