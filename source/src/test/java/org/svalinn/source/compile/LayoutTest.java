package org.svalinn.source.compile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;
import org.eclipse.cdt.core.dom.ast.c.ICASTCompositeTypeSpecifier;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.source.parse.TranslationUnit;
import org.svalinn.source.runtime.Image;
import org.svalinn.source.runtime.Memory;
import org.svalinn.source.type.ArrayType;
import org.svalinn.source.type.Field;
import org.svalinn.source.type.RecordType;

/** Every struct of a kernel file lies in memory as gcc would lay it out. */
class LayoutTest {
    @ParameterizedTest
    @ValueSource(strings = {"drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c", "mm/mmu_notifier.c", "kernel/fork.c"})
    void gccAgreesWithTheLayoutOfEveryStruct(String file, @TempDir Path directory)
            throws IOException, InterruptedException {
        TranslationUnit unit = Kernel.frontEnd().parse(file);
        var claims = new Claims();
        Image image = Linker.link(List.of(unit), Map.of(), Memory.Geometry.DEFAULT);

        for (String record : recordsOf(unit)) {
            claims.add(record, image.layout(record));
        }
        for (String constant : constantsOf(unit)) {
            claims.claim("%s == %dL".formatted(constant, image.enumerator(constant)));
        }

        assertThat(claims.records).as("structs compared").isGreaterThan(400);
        Path source = directory.resolve("layouts.c");
        Files.writeString(source, unit.text() + "\n" + claims.text, ISO_8859_1);
        Gcc.run("gcc", "-w", "-std=gnu11", "-funsigned-char", "-fsyntax-only", source.toString());
    }

    private static Set<String> recordsOf(TranslationUnit unit) {
        var records = new TreeSet<String>();
        for (IASTDeclaration declaration : unit.declarations()) {
            for (IASTDeclSpecifier specifier : Specifiers.in(declaration)) {
                if (specifier instanceof ICASTCompositeTypeSpecifier composite
                        && !composite.getName().toString().isEmpty()) {
                    boolean isUnion = composite.getKey() == ICASTCompositeTypeSpecifier.k_union;
                    records.add((isUnion ? "union " : "struct ") + composite.getName());
                }
            }
        }
        return records;
    }

    private static Set<String> constantsOf(TranslationUnit unit) {
        var constants = new TreeSet<String>();
        for (IASTDeclaration declaration : unit.declarations()) {
            for (IASTDeclSpecifier specifier : Specifiers.in(declaration)) {
                if (specifier instanceof IASTEnumerationSpecifier enumeration) {
                    for (IASTEnumerationSpecifier.IASTEnumerator constant : enumeration.getEnumerators()) {
                        constants.add(constant.getName().toString());
                    }
                }
            }
        }
        return constants;
    }

    /** What we say of layouts, as assertions in C. */
    private static final class Claims {
        private final StringBuilder text = new StringBuilder();
        private int records;

        void add(String name, RecordType record) {
            records++;
            claim("sizeof(%s) == %d".formatted(name, record.size()));
            claim("_Alignof(%s) == %d".formatted(name, record.alignment()));
            addFields(name, record, 0);
        }

        private void addFields(String name, RecordType record, long base) {
            for (Field field : record.fields()) {
                if (field.name().isEmpty() && field.type().plain() instanceof RecordType inner) {
                    addFields(name, inner, base + field.offset());
                } else if (!field.isBitField()) {
                    claim("__builtin_offsetof(%s, %s) == %d".formatted(name, field.name(), base + field.offset()));
                    addSize(name, field);
                }
            }
        }

        private void addSize(String name, Field field) {
            if (!(field.type().plain() instanceof ArrayType array && array.length() < 0)) {
                claim("sizeof(((%s *)0)->%s) == %d"
                        .formatted(name, field.name(), field.type().size()));
            }
        }

        private void claim(String condition) {
            text.append("_Static_assert(").append(condition).append(", \"").append(condition).append("\");\n");
        }
    }
}
