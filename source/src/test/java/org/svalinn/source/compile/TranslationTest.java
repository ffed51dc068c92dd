package org.svalinn.source.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTFunctionDefinition;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.svalinn.explore.Site;
import org.svalinn.source.parse.TranslationUnit;
import org.svalinn.source.runtime.Memory;

/** Every function of the kernel's SVA files and of all headers they include can be translated. */
class TranslationTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "drivers/iommu/iommu-sva-lib.c",
                "drivers/iommu/io-pgfault.c",
                "drivers/iommu/ioasid.c",
                "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c",
                "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c",
                "mm/mmu_notifier.c",
                "kernel/fork.c"
            })
    void onlyAssemblyAndWideArithmeticAreUntranslated(String file) {
        TranslationUnit unit = Kernel.frontEnd().parse(file);
        var image = (Linker) Linker.link(List.of(unit), Map.of(), Memory.Geometry.DEFAULT);
        int functions = 0;

        for (IASTDeclaration declaration : unit.declarations()) {
            if (declaration instanceof IASTFunctionDefinition function) {
                // To ask for the arguments of a call compiles the function.
                image.function(file, Types.nameOf(function.getDeclarator()))
                        .arguments(0, image.cpu(0), Site.named("test"));
                functions++;
            }
        }

        assertThat(functions).isGreaterThan(2000);
        assertThat(image.untranslated())
                .allMatch(what -> what.startsWith("inline assembly") || what.contains("__int128"));
    }
}
