package org.svalinn.machine.pcie;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Program;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.machine.Machine;
import org.svalinn.machine.Steps;
import org.svalinn.machine.iommu.Access;
import org.svalinn.machine.memory.Owner;
import org.svalinn.machine.memory.PageState;

/**
 * A function announces in its steps all that others can see of it: the search that leaves orders out sees every outcome
 * that plain search, which tries every order there is, does.
 */
class StepsSoundnessTest {
    private static final int PASID = 1;
    private static final long VA = 0x4000;
    private static final Site FREE = Site.named("frees the page");

    /** What happens to a function while it writes to a page. */
    enum Event {
        STOP((nic, agent) -> {
            nic.stop(PASID);
            nic.drain(PASID);
        }),
        STOP_ALL((nic, agent) -> nic.stop()),
        RESET((nic, agent) -> nic.reset()),
        REMOVAL((nic, agent) -> nic.remove()),
        UNMAP((nic, agent) -> agent.unmap(PASID, VA)),
        ATS_ENABLED_ANEW((nic, agent) -> {
            nic.writeAtsControl(0);
            nic.writeAtsControl(1 << 15);
        });

        final BiConsumer<Endpoint, TranslationAgent> happens;

        Event(BiConsumer<Endpoint, TranslationAgent> happens) {
            this.happens = happens;
        }
    }

    private static Set<String> outcomes(Event event, Explorer.Strategy strategy) {
        Set<String> outcomes = new TreeSet<>();
        Program program = new Program() {
            private Runnable atEnd = () -> {};

            @Override
            public void start(Run run) {
                Machine machine = new Machine(Steps.of(run), 16);
                Owner process = new Owner("the process");
                TranslationAgent agent =
                        machine.iommu("agent", new TranslationAgent(machine.steps(), machine.objects()));
                Endpoint nic = machine.function("nic", 0x100, Capabilities.ATS_ONLY).enable();
                Engine engine = nic.engine(new Mover());
                nic.program(PASID, process);
                long page = machine.ram().allocate(PageState.USER, process);
                agent.map(PASID, VA, page, Access.READ | Access.WRITE);
                Job job = engine.submit(Work.write(PASID, VA, 8, 1));
                run.spawnDaemon("nic", engine::serve);
                run.spawn("driver", () -> {
                    event.happens.accept(nic, agent);
                    machine.ram().free(page, FREE);
                });
                atEnd = () -> outcomes.add((job == null ? "" : job.status()) + ", " + agent.log.size() + " sent, "
                        + nic.remembers(PASID) + ", " + machine.ram().peek(page, 8));
            }

            @Override
            public void finish(Run run) {
                atEnd.run();
            }
        };
        Verdict verdict = Explorer.of(program).strategy(strategy).explore();
        if (verdict instanceof Verdict.Violated violated) {
            assertThat(violated.complete()).isTrue();
            violated.counterexamples().forEach(found -> outcomes.add(found.violation().identity()));
        } else {
            assertThat(verdict).isInstanceOf(Verdict.Verified.class);
        }
        return outcomes;
    }

    @ParameterizedTest
    @EnumSource(Event.class)
    void everyOutcomeOfPlainSearchIsSeen(Event event) {
        Set<String> plain = outcomes(event, Explorer.Strategy.PLAIN);

        assertThat(plain).hasSizeGreaterThan(1);
        assertThat(outcomes(event, Explorer.Strategy.EXHAUSTIVE)).isEqualTo(plain);
    }
}
