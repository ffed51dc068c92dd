package org.svalinn.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.machine.pcie.Misbehaviour;

class ScenarioReaderTest {
    private static final String GOOD = """
            name: demo
            summary: A demonstration.
            devices: [accel]
            setup:
              - parent: open accel
              - parent: fork child
            actors:
              parent: [exit]
              child: [close accel]
            """;

    @Test
    void readsEveryPart() {
        Scenario scenario = ScenarioReader.read("demo.yaml", GOOD);

        assertThat(scenario.name()).isEqualTo("demo");
        assertThat(scenario.devices()).containsExactly("accel");
        assertThat(scenario.setup()).containsExactly(
                new Scenario.Act("parent", new Action.Open("accel")), new Scenario.Act("parent", new Action.Fork("child")));
        assertThat(scenario.tasks()).containsExactly("parent", "child");
    }

    @Test
    void devicesMisbehaveAsTheyAreTold() {
        Scenario scenario = ScenarioReader.read(
                "demo.yaml", GOOD.replace("setup:", "misbehaves: {accel: [never-drains, sends-after-stop]}\nsetup:"));

        assertThat(scenario.misbehaviours("accel"))
                .containsExactlyInAnyOrder(Misbehaviour.NEVER_DRAINS, Misbehaviour.SENDS_AFTER_STOP);
        assertThat(ScenarioReader.read("demo.yaml", GOOD).misbehaviours("accel")).isEmpty();
        assertThatThrownBy(() -> ScenarioReader.read(
                        "demo.yaml", GOOD.replace("setup:", "misbehaves: {accel: dances}\nsetup:")))
                .isInstanceOf(BadScenario.class)
                .hasMessageStartingWith("demo.yaml:4: unknown misbehaviour 'dances'; known: ignores-invalidation, ");
        assertThatThrownBy(() -> ScenarioReader.read(
                        "demo.yaml", GOOD.replace("setup:", "misbehaves: {other: drains-early}\nsetup:")))
                .hasMessageContaining("unknown device 'other'");
    }

    @Test
    void devicesCanDoWhatTheyAreGiven() {
        assertThat(withCapabilities("{accel: ats}").capabilities()).containsExactly(Map.entry("accel", Capabilities.SVA));
        assertThat(withCapabilities("{accel: [ats, stop-markers]}").capabilities())
                .containsExactly(Map.entry("accel", Capabilities.SVA.withStopMarkers(true)));
        assertThat(ScenarioReader.read("demo.yaml", GOOD).capabilities()).isEmpty();
        assertThatThrownBy(() -> withCapabilities("{accel: wings}"))
                .hasMessage("demo.yaml:4: unknown capability 'wings'; known: ats, stop-markers");
        assertThatThrownBy(() -> withCapabilities("{other: ats}")).hasMessageContaining("demo.yaml:4: unknown device 'other'");
    }

    private static Scenario withCapabilities(String capabilities) {
        return ScenarioReader.read("demo.yaml", GOOD.replace("setup:", "capabilities: " + capabilities + "\nsetup:"));
    }

    @Test
    void endsEveryTaskWithAnExit() {
        assertThat(ScenarioReader.read("demo.yaml", GOOD).actors().get("child"))
                .isEqualTo(List.of(new Action.Close("accel"), new Action.Exit()));
    }

    @Test
    void everyScenarioOfTheCatalogueIsGood() {
        assertThat(Catalogue.all()).hasSize(Catalogue.names().size()).allSatisfy(scenario -> {
            assertThat(Catalogue.names()).contains(scenario.name());
            assertThat(scenario.about()).isNotEmpty();
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            devices: [accel]      | devices: []              | demo.yaml:3: a scenario has 1 to 4 devices
            summary: A demonstration. | sumary: x            | demo.yaml:2: unknown key 'sumary'
            open accel            | open accelerator         | demo.yaml:5: unknown device 'accelerator'; known: accel
            open accel            | opens accel              | demo.yaml:5: unknown action 'opens'
            fork child            | fork Child               | demo.yaml:6: 'Child' is not a name
            [exit]                | exit                     | demo.yaml:8: a list is needed here
            [exit]                | [exit now]               | demo.yaml:8: 'exit' takes no argument
            [exit]                | [request child]          | cannot 'request child': only a device does that
            [exit]                | [write child]            | cannot 'write child': only a device does that
            [exit]                | [protect page]           | demo.yaml:8: 'protect' takes no argument
            [exit]                | [enqcmd other]           | demo.yaml:8: unknown device 'other'; known: accel
            fork child            | enqcmd accel             | enqcmd accel' belongs under actors
            [exit]                | [touch page]             | demo.yaml:8: 'touch' takes no argument
            [exit]                | [kill nobody]            | names an unknown task
            parent: [exit]        | elsewhere: [exit]        | the task 'parent' has no line under actors
            - parent: open accel   | - child: open accel     | acts before anybody forks it
            name: demo            | 'name: [demo'            | not YAML
            """)
    void refusesABadFileWithLineAndReason(String good, String bad, String message) {
        assertThatThrownBy(() -> ScenarioReader.read("demo.yaml", GOOD.replace(good, bad)))
                .isInstanceOf(BadScenario.class)
                .hasMessageContaining(message)
                .hasMessageStartingWith("demo.yaml");
    }

    @Test
    void refusesAnEmptyFile() {
        assertThatThrownBy(() -> ScenarioReader.read("demo.yaml", "")).hasMessage("demo.yaml: the file is empty");
    }
}
