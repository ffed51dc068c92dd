package org.svalinn.cli;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of the house point down only: see ARCHITECTURE.md. */
class HouseTest {
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.svalinn");

    @Test
    void theWholeHouseIsLookedAt() {
        for (String module : new String[] {"explore", "machine", "bench", "kernel", "source", "scenario", "report", "cli"}) {
            assertThat(HOUSE.stream().filter(type -> type.getPackageName().startsWith("org.svalinn." + module)))
                    .as(module).isNotEmpty();
        }
    }

    @Test
    void anArrowOnlyEverPointsDown() {
        layeredArchitecture().consideringOnlyDependenciesInLayers()
                .layer("cli").definedBy("org.svalinn.cli..")
                .layer("report").definedBy("org.svalinn.report..")
                .layer("scenario").definedBy("org.svalinn.scenario..")
                .layer("source").definedBy("org.svalinn.source..")
                .layer("kernel").definedBy("org.svalinn.kernel..")
                .layer("bench").definedBy("org.svalinn.bench..")
                .layer("machine").definedBy("org.svalinn.machine..")
                .layer("explore").definedBy("org.svalinn.explore..")
                .whereLayer("cli").mayNotBeAccessedByAnyLayer()
                .whereLayer("report").mayOnlyBeAccessedByLayers("cli")
                .whereLayer("scenario").mayOnlyBeAccessedByLayers("report", "cli")
                .whereLayer("bench").mayOnlyBeAccessedByLayers("cli")
                .whereLayer("kernel").mayOnlyBeAccessedByLayers("scenario", "report", "cli")
                .whereLayer("machine").mayOnlyBeAccessedByLayers("bench", "kernel", "source", "scenario", "report", "cli")
                .whereLayer("source").mayOnlyBeAccessedByLayers("scenario", "report", "cli")
                .check(HOUSE);
    }

    @Test
    void exploreKnowsNothingButJava() {
        noClasses().that().resideInAPackage("org.svalinn.explore..")
                .should().dependOnClassesThat().resideOutsideOfPackages("org.svalinn.explore..", "java..", "jdk.internal.vm..", "org.jspecify..")
                .check(HOUSE);
    }

    @Test
    void theMachineKnowsNothingButJavaAndItsScheduler() {
        noClasses().that().resideInAPackage("org.svalinn.machine..")
                .should().dependOnClassesThat().resideOutsideOfPackages(
                        "org.svalinn.machine..", "org.svalinn.explore..", "java..", "org.jspecify..")
                .check(HOUSE);
    }

    @Test
    void theKernelsCodeIsParsedInOnePlaceOnly() {
        noClasses().that().resideOutsideOfPackages("org.svalinn.source..")
                .should().dependOnClassesThat().resideInAPackage("org.eclipse..")
                .check(HOUSE);
    }

    @Test
    void thereIsNoStaticStateThatChanges() {
        fields().that().areStatic().and().areDeclaredInClassesThat().resideInAPackage("org.svalinn..")
                .should().beFinal()
                .check(HOUSE);
    }

    @Test
    void theReferenceKernelKnowsNothingButJavaTheMachineAndItsScheduler() {
        noClasses().that().resideInAPackage("org.svalinn.kernel..")
                .should().dependOnClassesThat().resideOutsideOfPackages(
                        "org.svalinn.kernel..", "org.svalinn.machine..", "org.svalinn.explore..", "java..", "org.jspecify..")
                .check(HOUSE);
    }

    @Test
    void packagesOfTheReferenceKernelHaveNoCycles() {
        slices().matching("org.svalinn.kernel.(*)..").should().beFreeOfCycles().check(HOUSE);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("org.svalinn.(*)..").should().beFreeOfCycles().check(HOUSE);
    }
}
