package org.svalinn.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The tests that docs/conformance names are there. What counts is the last column of each table that is headed <em>test</em>: in it,
 * {@code `Name`} is a class of tests, {@code `Name.method`} a test of it, {@code `method`} another of the class named before,
 * with {@code *} at its end any that begin so, and {@code `Name` word} the clauses that a method of this name provides.
 */
class ConformanceTest {
    private static final Path PAGES = Path.of("..", "docs", "conformance");
    private static final Path TESTS = Path.of("src", "test", "java", "org", "svalinn", "machine");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`(?: (\\w+)(?=\\s*(?:[,;]|$)))?");

    /** One page, and where its tests are. */
    private static final class Page {
        private final Path folder;
        private final String prefix;
        private final List<String> missing = new ArrayList<>();
        private Path current = Path.of("none");
        private int named;

        Page(String folder, String prefix) {
            this.folder = TESTS.resolve(folder);
            this.prefix = prefix;
        }

        void row(String cell) throws IOException {
            Matcher matcher = NAME.matcher(cell.strip());
            while (matcher.find()) {
                named++;
                if (!isThere(matcher.group(1)) || matcher.group(2) != null && !declares(matcher.group(2))) {
                    missing.add(matcher.group() + " in" + cell);
                }
            }
        }

        private boolean isThere(String name) throws IOException {
            if (Files.isDirectory(TESTS.resolve(name))) {
                return true;
            }
            if (Character.isUpperCase(name.charAt(0))) {
                int dot = name.indexOf('.');
                return isClass(folder, dot < 0 ? name : name.substring(0, dot)) && (dot < 0 || declares(name.substring(dot + 1)));
            }
            int dot = name.indexOf('.');
            return dot < 0 ? declares(name) : isClass(TESTS.resolve(name.substring(0, dot)), name.substring(dot + 1));
        }

        private boolean isClass(Path where, String name) {
            for (String file : new String[] {name, name + "Test", prefix + name + "Test"}) {
                Path path = where.resolve(file + ".java");
                if (Files.isRegularFile(path)) {
                    current = path;
                    return true;
                }
            }
            return false;
        }

        /** Whether the class named last has a method of this name, or of one that begins so. */
        private boolean declares(String method) throws IOException {
            String name = method.endsWith("*") ? Pattern.quote(method.substring(0, method.length() - 1)) + "\\w*" : Pattern.quote(method);
            return Files.isRegularFile(current)
                    && Pattern.compile("(?:void|>) " + name + "\\(").matcher(Files.readString(current)).find();
        }
    }

    @ParameterizedTest
    @CsvSource({"paging, paging, '', 90", "pcie, pcie, '', 40", "smmuv3, iommu/smmuv3, '', 100", "vtd, iommu/vtd, Vtd, 80"})
    void everyTestThatAPageNamesIsThere(String name, String folder, String prefix, int atLeast) throws IOException {
        Page page = new Page(folder, prefix);
        boolean inTable = false;
        for (String line : Files.readAllLines(PAGES.resolve(name + ".md"))) {
            if (!line.startsWith("|")) {
                inTable = false;
                continue;
            }
            String[] cells = line.split("\\|", -1);
            String last = cells[cells.length - 2];
            if (inTable) {
                page.row(last);
            } else {
                inTable = last.strip().equals("test");
            }
        }
        assertThat(page.missing).isEmpty();
        assertThat(page.named).isGreaterThan(atLeast);
    }

    @Test
    void everyPageIsReadHere() throws IOException {
        try (Stream<Path> pages = Files.list(PAGES)) {
            assertThat(pages.map(page -> page.getFileName().toString()))
                    .containsExactlyInAnyOrder("paging.md", "pcie.md", "smmuv3.md", "vtd.md");
        }
    }

    @Test
    void aTestThatIsNotThereIsNoticed() throws IOException {
        Page page = new Page("iommu/vtd", "Vtd");
        page.row(" `Tables.sct1`, `sct999`, `nonsense*`, `Nowhere`, `Ats` nothing ");
        assertThat(page.missing).hasSize(4);
    }
}
