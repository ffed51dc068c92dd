package org.svalinn.kernel.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.svalinn.explore.Explorer;
import org.svalinn.explore.Site;

/**
 * Random small programs of one primitive. The search that leaves orders out must find of each what plain search, which
 * tries every order, finds: the same outcomes and violations. If a primitive keeps state that its steps do not
 * announce, or claims to commute where it does not, it is found out here.
 */
public final class Mix {
    private static final int PROGRAMS = Integer.getInteger("svalinn.mix.programs", 40);
    private static final long TOO_MANY = 10_000;

    private Mix() {}

    /** What an actor does; what it sees goes into the log. */
    public interface Deed {
        void by(int actor, StringBuilder log);
    }

    /** The deeds that a program is made of, each in a world of its own. */
    public record World(List<Deed> deeds, Supplier<String> state, List<Runnable> daemons, int most) {
        public World(Deed... deeds) {
            this(List.of(deeds), () -> "", List.of(), 3);
        }

        public World with(Supplier<String> newState) {
            return new World(deeds, newState, daemons, most);
        }

        public World servedBy(Runnable... newDaemons) {
            return new World(deeds, state, List.of(newDaemons), most);
        }

        /** In one program no more deeds than that, or one more: for those with many steps. */
        public World atMost(int newMost) {
            return new World(deeds, state, daemons, newMost);
        }
    }

    /** A word of memory that others see: each access is a step. */
    public static final class Cell extends KernelObject {
        private static final Site READ = Site.named("reads the cell");
        private static final Site WRITE = Site.named("writes the cell");
        private int value;

        public Cell(Core core) {
            super(core, "cell", Site.named("cell"));
        }

        public int get() {
            read(1, READ);
            return value;
        }

        public void set(int newValue) {
            write(1, WRITE);
            value = newValue;
        }

        /** Under a lock, and so no step: gives what was there. */
        public int swap(int newValue) {
            use(WRITE);
            int before = value;
            value = newValue;
            return before;
        }

        /** Under a lock. */
        public int peek() {
            use(READ);
            return value;
        }

        @Override
        public String toString() {
            return "the cell";
        }

        @Override
        public String kind() {
            return "cell";
        }
    }

    /** Compares the two searches on as many programs as is usual. */
    static void compare(Function<Core, World> worlds) {
        compare(worlds, PROGRAMS);
    }

    public static void compare(Function<Core, World> worlds, int programs) {
        compare(worlds, programs, TOO_MANY);
    }

    /** Compares them, but for programs of which plain search makes more executions than that. */
    static void compare(Function<Core, World> worlds, int programs, long tooMany) {
        int compared = 0;
        int outcomes = 0;
        for (int seed = 0; seed < programs; seed++) {
            int of = seed;
            Set<String> plain = Trial.outcomes(core -> program(core, worlds, of), Explorer.Strategy.PLAIN, tooMany);
            if (plain == null) {
                continue;
            }
            assertThat(Trial.outcomes(core -> program(core, worlds, of), Explorer.Strategy.EXHAUSTIVE, Long.MAX_VALUE))
                    .as("program %d", seed)
                    .isEqualTo(plain);
            compared++;
            outcomes += plain.size();
        }
        assertThat(compared).as("programs compared").isGreaterThan(programs / 4);
        assertThat(outcomes).as("outcomes, of %s programs", compared).isGreaterThan(compared);
    }

    private static Supplier<String> program(Core core, Function<Core, World> worlds, int seed) {
        Random random = new Random(seed * 31L + 7);
        World world = worlds.apply(core);
        int actors = world.most == 2 ? 2 : 2 + random.nextInt(2);
        List<StringBuilder> logs = new ArrayList<>();
        for (int i = 0; i < world.daemons.size(); i++) {
            core.scheduler().spawnDaemon("daemon " + i, world.daemons.get(i));
        }
        for (int actor = 0; actor < actors; actor++) {
            int self = actor + 1;
            StringBuilder log = new StringBuilder();
            logs.add(log);
            List<Deed> deeds = new ArrayList<>();
            for (int left = world.most > actors ? 1 + random.nextInt(2) : 1; left > 0; left--) {
                deeds.add(world.deeds.get(random.nextInt(world.deeds.size())));
            }
            core.scheduler().spawn("actor " + self, () -> deeds.forEach(deed -> deed.by(self, log)));
        }
        return () -> String.join("/", logs) + world.state.get();
    }
}
