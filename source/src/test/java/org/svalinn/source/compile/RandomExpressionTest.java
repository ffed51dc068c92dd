package org.svalinn.source.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random integer expressions, over variables and over constants, have the values that gcc gives them. */
class RandomExpressionTest {
    private static final int EXPRESSIONS = 400;
    private static final List<String> TYPES = List.of(
            "signed char", "unsigned char", "short", "unsigned short", "int", "unsigned", "long", "unsigned long",
            "_Bool");
    private static final long[] VALUES = {
        0, 1, -1, 2, 7, -8, 127, 128, 255, 256, 32767, 65535, 0x7fffffffL, 0x80000000L, 0xffffffffL, 0x123456789abL,
        Long.MAX_VALUE, Long.MIN_VALUE
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void valuesAreThoseOfTheCompiler(long seed, @TempDir Path directory) throws IOException, InterruptedException {
        var random = new Random(seed);
        var variables = new StringBuilder();
        for (int i = 0; i < TYPES.size(); i++) {
            variables.append("\t%s v%d = %s, *p%d = &w%d;\n"
                    .formatted(TYPES.get(i), i, constant(random), i, i).replace("*p", "w" + i + " = " + constant(random) + ", *p"));
        }
        var body = new StringBuilder();
        for (int i = 0; i < EXPRESSIONS; i++) {
            body.append("\tprint(%d, %s);\n".formatted(i, expression(random, 4)));
            body.append("\t%s %s %s;\n".formatted(lvalue(random), assignment(random), expression(random, 2)));
        }
        String program = "void print(int n, long value);\nvoid run(void)\n{\n" + variables + body + "}\n";

        assertThat(outputHere(program))
                .isEqualTo(Gcc.output(
                        program
                                + "int printf(const char *, ...);\n"
                                + "void print(int n, long value) { printf(\"%d: %ld\\n\", n, value); }\n"
                                + "int main(void) { run(); return 0; }\n",
                        directory));
    }

    private static String outputHere(String program) {
        List<String> lines = new ArrayList<>();
        Snippet.of(program, Map.of("print", (cpu, args, site) -> {
                    lines.add(args[0] + ": " + args[1] + "\n");
                    return 0;
                }))
                .call("run");
        return String.join("", lines);
    }

    private static String expression(Random random, int depth) {
        if (depth == 0) {
            return random.nextInt(3) == 0 ? constant(random) : lvalue(random);
        }
        String left = expression(random, depth - 1);
        String right = expression(random, random.nextInt(depth));
        return switch (random.nextInt(22)) {
            case 0 -> "(" + left + " + " + right + ")";
            case 1 -> "(" + left + " - " + right + ")";
            case 2 -> "(" + left + " * " + right + ")";
            case 3 -> "(" + left + " / ((" + right + ") | 1))";
            case 4 -> "(" + left + " % (((" + right + ") & 0xff) + 1))";
            case 5 -> "(" + left + " & " + right + ")";
            case 6 -> "(" + left + " | " + right + ")";
            case 7 -> "(" + left + " ^ " + right + ")";
            case 8 -> "(" + left + " << ((" + right + ") & 7))";
            case 9 -> "(" + left + " >> ((" + right + ") & 7))";
            case 10 -> "(" + left + " < " + right + ")";
            case 11 -> "(" + left + " >= " + right + ")";
            case 12 -> "(" + left + " == " + right + ")";
            case 13 -> "(" + left + " != " + right + ")";
            case 14 -> "(" + left + " && " + right + ")";
            case 15 -> "(" + left + " || " + right + ")";
            case 16 -> "(" + left + " ? " + right + " : " + expression(random, depth - 1) + ")";
            case 17 -> "(-" + left + ")";
            case 18 -> "(~" + left + ")";
            case 19 -> "(!" + left + ")";
            default -> "((" + TYPES.get(random.nextInt(TYPES.size())) + ")" + left + ")";
        };
    }

    private static String lvalue(Random random) {
        int variable = random.nextInt(TYPES.size());
        return (random.nextBoolean() ? "v" : "*p") + variable;
    }

    private static String assignment(Random random) {
        return List.of("=", "+=", "-=", "*=", "&=", "|=", "^=").get(random.nextInt(7));
    }

    private static String constant(Random random) {
        long value = VALUES[random.nextInt(VALUES.length)];
        if (value == Long.MIN_VALUE) {
            return "(-0x7fffffffffffffffL - 1)";
        }
        return "(" + value + (random.nextBoolean() ? "L" : "") + ")";
    }
}
