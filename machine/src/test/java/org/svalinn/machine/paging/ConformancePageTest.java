package org.svalinn.machine.paging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("docs/conformance/paging.md")
class ConformancePageTest {
    private static final Path PAGE = Path.of("..", "docs", "conformance", "paging.md");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

    @Test
    @DisplayName("names only tests that there are, and in every row of a table")
    void namesTests() throws IOException, ClassNotFoundException {
        Set<String> missing = new TreeSet<>();
        int named = 0;
        for (String line : Files.readAllLines(PAGE)) {
            Matcher matcher = TEST.matcher(line);
            boolean names = false;
            while (matcher.find()) {
                names = true;
                named++;
                Class<?> test = Class.forName(getClass().getPackageName() + "." + matcher.group(1));
                String method = matcher.group(2);
                if (Arrays.stream(test.getDeclaredMethods()).map(Method::getName).noneMatch(method::equals)) {
                    missing.add(matcher.group());
                }
            }
            boolean isRow = line.startsWith("| ") && !line.contains("| test |");
            assertThat(names || !isRow).as("a test in: %s", line).isTrue();
        }
        assertThat(missing).isEmpty();
        assertThat(named).isGreaterThan(90);
    }
}
