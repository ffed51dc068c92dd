package org.svalinn.machine.pcie;

import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.svalinn.explore.Run;
import org.svalinn.explore.Site;
import org.svalinn.machine.Machine;
import org.svalinn.machine.Outcomes;
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

    @ParameterizedTest
    @EnumSource(Event.class)
    void everyOutcomeOfPlainSearchIsFound(Event event) {
        Outcomes.areAllFound((Run run) -> {
            Machine machine = new Machine(Steps.of(run), 16);
            Owner process = new Owner("the process");
            TranslationAgent agent = machine.iommu("agent", new TranslationAgent(machine.steps(), machine.objects()));
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
            return () -> (job == null ? "" : job.status()) + ", " + agent.log.size() + " sent, "
                    + nic.remembers(PASID) + ", " + machine.ram().peek(page, 8);
        });
    }
}
