package org.svalinn.source.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.cdt.core.dom.ast.ASTVisitor;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTFunctionDefinition;
import org.eclipse.cdt.core.dom.ast.IASTName;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclaration;
import org.eclipse.cdt.core.parser.IToken;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.source.tree.CacheFolder;
import org.svalinn.source.tree.DistributionKernel;
import org.svalinn.source.tree.Feedback;

/** The distribution's Linux 6.1 is read as it is. */
class KernelFilesTest {
    private static final FrontEnd FRONT_END = new FrontEnd(DistributionKernel.tree(), Configuration.arm64());
    private static final FrontEnd X86 = new FrontEnd(DistributionKernel.tree(), Configuration.x86());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arch/arm64/mm/context.c",
                "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c",
                "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c",
                "drivers/iommu/io-pgfault.c",
                "drivers/iommu/ioasid.c",
                "drivers/iommu/iommu-sva-lib.c",
                "drivers/iommu/iommu.c",
                "drivers/misc/uacce/uacce.c",
                "kernel/exit.c",
                "kernel/fork.c",
                "lib/find_bit.c",
                "lib/idr.c",
                "lib/radix-tree.c",
                "lib/refcount.c",
                "lib/test_ida.c",
                "lib/test_xarray.c",
                "lib/xarray.c",
                "mm/mmu_notifier.c",
                "mm/oom_kill.c",
            })
    void everyDeclarationOfItIsParsedAndDeclaresWhatItsOutlineSays(String file) {
        assertParsed(FRONT_END.parse(file));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drivers/iommu/intel/dmar.c",
                "drivers/iommu/intel/iommu.c",
                "drivers/iommu/intel/pasid.c",
                "drivers/iommu/intel/svm.c",
                "drivers/iommu/iommu.c",
                "kernel/exit.c",
                "kernel/fork.c",
                "mm/mmu_notifier.c",
                "mm/oom_kill.c",
            })
    void everyDeclarationOfItIsParsedForX86(String file) {
        assertParsed(X86.parse(file));
    }

    private static void assertParsed(TranslationUnit unit) {
        assertThat(unit.declarations()).hasSizeGreaterThan(1000);
        for (IASTDeclaration declaration : unit.declarations()) {
            for (String name : declared(declaration)) {
                assertThat(unit.declarationsOf(name)).as(name).contains(declaration);
            }
        }
    }

    private static List<String> declared(IASTDeclaration declaration) {
        List<String> names = new ArrayList<>();
        if (declaration instanceof IASTFunctionDefinition function) {
            names.add(nameOf(function.getDeclarator()));
        } else if (declaration instanceof IASTSimpleDeclaration simple) {
            for (IASTDeclarator declarator : simple.getDeclarators()) {
                names.add(nameOf(declarator));
            }
        }
        return names;
    }

    private static String nameOf(IASTDeclarator declarator) {
        IASTDeclarator inner = declarator;
        while (inner.getNestedDeclarator() != null) {
            inner = inner.getNestedDeclarator();
        }
        return inner.getName().toString();
    }

    @Test
    void aDeclarationParsedByItselfIsTheSameAsInItsWholeFile() {
        TranslationUnit unit = FRONT_END.parse("lib/xarray.c");
        StringBuilder text = new StringBuilder();
        unit.topLevels().forEach(declaration -> {
            // at the offset it has in the unit: what declares nothing lies between
            text.append(" ".repeat(declaration.start() - text.length())).append(declaration.text());
        });

        List<IToken> tokens = new ArrayList<>();
        String builtIns = "typedef int __builtin_va_list, __int128_t, __uint128_t;";
        DeclarationParser.addTokens(builtIns, -builtIns.length(), tokens);
        DeclarationParser.addTokens(text.toString(), 0, tokens);
        List<IASTDeclaration> together =
                List.of(new KernelParser(new TokenScanner(tokens)).parse().getDeclarations());
        List<IASTDeclaration> alone = unit.declarations();

        assertThat(together).hasSize(alone.size() + 1);
        for (int i = 0; i < alone.size(); i++) {
            assertThat(TreeText.of(together.get(i + 1), unit)).isEqualTo(TreeText.of(alone.get(i), unit));
        }
    }

    @Test
    void aSliceOfAKernelFileSaysTheSameAsTheWhole(@TempDir Path folder) {
        FrontEnd caching =
                new FrontEnd(DistributionKernel.tree(), Configuration.arm64(), CacheFolder.at(folder), Feedback.SILENT);
        String file = "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c";
        TranslationUnit whole = caching.parse(file);
        Set<String> used = use(whole, "arm_smmu_sva_bind");
        whole.keep();
        TranslationUnit slice = caching.parse(file);

        assertThat(use(slice, "arm_smmu_sva_bind")).isEqualTo(used).hasSizeGreaterThan(300);
        assertThat(slice.isSlice()).isTrue();
        for (String name : used) {
            assertThat(texts(slice, name)).as(name).isEqualTo(texts(whole, name));
        }
    }

    /** Asks for a name, for all names in its declarations, and so on some way. */
    private static Set<String> use(TranslationUnit unit, String first) {
        Set<String> used = new TreeSet<>();
        Set<String> next = Set.of(first);
        for (int depth = 0; depth < 4; depth++) {
            Set<String> found = new HashSet<>();
            for (String name : new TreeSet<>(next)) {
                if (used.add(name)) {
                    unit.declarationsOf(name).forEach(declaration -> collectNames(declaration, found));
                    unit.definitionsOfTag(name).forEach(declaration -> collectNames(declaration, found));
                }
            }
            next = found;
        }
        return used;
    }

    private static void collectNames(IASTDeclaration declaration, Set<String> into) {
        declaration.accept(new ASTVisitor() {
            {
                shouldVisitNames = true;
            }

            @Override
            public int visit(IASTName name) {
                into.add(name.toString());
                return PROCESS_CONTINUE;
            }
        });
    }

    private static List<String> texts(TranslationUnit unit, String name) {
        List<String> texts = new ArrayList<>();
        unit.declarationsOf(name).forEach(declaration -> texts.add(TreeText.of(declaration, unit)));
        unit.definitionsOfTag(name).forEach(declaration -> texts.add(TreeText.of(declaration, unit)));
        return texts;
    }

    @Test
    void ourOwnTextCanIncludeTheDriversHeaders() {
        TranslationUnit unit = FRONT_END.parse("svalinn/own.c", """
                #include "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.h"
                struct arm_smmu_master m;
                """);

        assertThat(unit.definitionsOfTag("arm_smmu_master")).hasSize(1);
        assertThat(unit.site(unit.declarationsOf("m").getFirst())).hasToString(" svalinn/own.c:2");
        assertThat(unit.site(unit.definitionsOfTag("arm_smmu_master").getFirst()).file())
                .isEqualTo("drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.h");
    }
}
