package org.svalinn.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A small concurrent program made from a seed: variables of two parts, locks of every kind, a section with readers who
 * are waited for, conditions, ranges, choices, violations, counters whose last reference frees something, and actors
 * that make actors.
 */
final class RandomProgram implements Program {
    private static final long VARIABLES = 0x100;
    private static final long LOCKS = 0x10_0000_0000L;
    private static final long SECTION = -5;
    /** Two counters, side by side. */
    private static final long COUNTERS = 7;
    private static final long THINGS = 8;

    private enum Kind {
        READ, WRITE, ADD, UPDATE, READ_ALL, WRITE_RANGE, LOCK, TRYLOCK, SHARE, DOWNGRADE, LOOK_AT_LOCK, BREAK_LOCK,
        WAIT, READ_WHEN, SECTION, SYNCHRONISE,
        GET, GET_UNLESS_ZERO, PUT, PUT_UNLESS_LAST, DROP_TWO, LOOK_AT_COUNT, SET_COUNT, ADD_TO_COUNT, CLEAR_COUNTS, USE,
        WAIT_FOR_COUNT, CHOOSE, BRANCH, HALT, REPORT, SPAWN
    }

    private static final List<Kind> LOCKING = List.of(
            Kind.LOCK, Kind.LOCK, Kind.LOCK, Kind.TRYLOCK, Kind.TRYLOCK, Kind.SHARE, Kind.SHARE, Kind.DOWNGRADE,
            Kind.LOOK_AT_LOCK, Kind.BREAK_LOCK);
    private static final List<Kind> COUNTING = List.of(
            Kind.GET, Kind.GET_UNLESS_ZERO, Kind.GET_UNLESS_ZERO, Kind.PUT, Kind.PUT, Kind.PUT, Kind.PUT_UNLESS_LAST,
            Kind.DROP_TWO, Kind.LOOK_AT_COUNT, Kind.USE, Kind.USE, Kind.WAIT_FOR_COUNT);

    /** Where two locks are: in two objects, in parts of one, or in parts of one that is waited for as a whole. */
    private enum Packing {
        APART,
        PACKED,
        COARSE
    }

    private record Act(Kind kind, int what, int value) {}

    private final int variables;
    private final int locks;
    private final Packing packing;
    private final int[] firstCounts = new int[2];
    private final boolean daemon;
    private final List<List<Act>> bodies = new ArrayList<>();

    // The world of one execution.
    private int[] memory = {};
    /** Of each lock who has it, from 1, and how many share it. */
    private int[] owners = {};
    private int[] sharers = {};
    private int inside;
    private int[] counts = {};
    private int[] things = {};
    private Map<String, StringBuilder> observed = new TreeMap<>();

    RandomProgram(long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L + 12345);
        variables = 1 + random.nextInt(2) * random.nextInt(3);
        locks = 1 + random.nextInt(2);
        packing = Packing.values()[random.nextInt(3)];
        firstCounts[0] = random.nextInt(4);
        firstCounts[1] = random.nextInt(3);
        int actors = random.nextInt(8) == 0 ? 4 : 2 + random.nextInt(2);
        daemon = random.nextInt(4) == 0;
        int longest = actors == 2 ? 5 : actors == 3 ? 3 : 2;
        boolean locking = random.nextInt(3) == 0;
        boolean counting = random.nextInt(3) == 0;
        for (int actor = 0; actor < actors; actor++) {
            List<Act> acts = new ArrayList<>();
            int length = 1 + random.nextInt(longest);
            for (int k = 0; k < length; k++) {
                Kind kind = Kind.values()[random.nextInt(Kind.values().length - 1)];
                if (locking && random.nextInt(2) == 0) {
                    kind = LOCKING.get(random.nextInt(LOCKING.size()));
                }
                int what = random.nextInt(6);
                if (counting && random.nextInt(6) != 0) {
                    kind = COUNTING.get(random.nextInt(COUNTING.size()));
                    what = random.nextInt(5) == 0 ? 1 : 0;
                }
                acts.add(new Act(kind, what, random.nextInt(3)));
            }
            bodies.add(acts);
        }
        if (random.nextInt(4) == 0) {
            bodies.getFirst().add(random.nextInt(bodies.getFirst().size()), new Act(Kind.SPAWN, actors - 1, 0));
        }
    }

    @Override
    public void start(Run run) {
        memory = new int[variables * 2];
        owners = new int[locks];
        sharers = new int[locks];
        inside = 0;
        counts = firstCounts.clone();
        things = new int[2];
        observed = new TreeMap<>();
        boolean spawns = bodies.getFirst().stream().anyMatch(act -> act.kind() == Kind.SPAWN);
        for (int actor = 0; actor < bodies.size(); actor++) {
            if (spawns && actor == bodies.size() - 1) {
                continue;
            }
            spawn(run, actor, daemon && actor == bodies.size() - 1);
        }
    }

    private void spawn(Run run, int actor, boolean asDaemon) {
        String name = "a" + actor;
        if (observed.putIfAbsent(name, new StringBuilder()) != null) {
            return;
        }
        Runnable body = () -> new Body(run, name, actor).run();
        if (asDaemon) {
            run.spawnDaemon(name, body);
        } else {
            run.spawn(name, body);
        }
    }

    /** All that the end of the execution shows: what everybody saw, and what is left. */
    String outcome(List<Run.Sighting> sightings) {
        List<String> violations = sightings.stream().map(sighting -> sighting.violation().identity()).sorted().toList();
        return observed + " " + Arrays.toString(memory) + Arrays.toString(owners) + Arrays.toString(sharers) + inside + " " + Arrays.toString(counts)
                + Arrays.toString(things) + violations;
    }

    private final class Body {
        private final Run run;
        private final String name;
        private final int me;
        private final boolean[] held = new boolean[locks];
        private final boolean[] shared = new boolean[locks];
        private boolean entered;
        private int last;

        Body(Run run, String name, int me) {
            this.run = run;
            this.name = name;
            this.me = me;
        }

        void run() {
            int line = 1;
            for (Act act : bodies.get(me)) {
                Site site = new Site(name, line++, "body");
                perform(act, site);
            }
            Site end = new Site(name, 0, "end");
            for (int lock = 0; lock < locks; lock++) {
                if (held[lock]) {
                    unlock(lock, end);
                }
                if (shared[lock]) {
                    unshare(lock, end);
                }
            }
            if (entered) {
                leave(end);
            }
        }

        private void perform(Act act, Site site) {
            int variable = act.what() % variables;
            int part = act.what() / 3;
            int place = variable * 2 + part;
            int lock = act.what() % locks;
            long object = VARIABLES + variable;
            long mask = 1L << part;
            int counter = act.what() % 2;
            long ofCounter = counter == 0 ? 0x0fL : 0xf0L;
            switch (act.kind()) {
                case READ -> {
                    run.step(Operation.READ, object, mask, site);
                    observe(memory[place]);
                }
                case WRITE -> {
                    run.step(Operation.WRITE, object, mask, site);
                    memory[place] = act.value();
                }
                case ADD -> {
                    run.step(Operation.ADD, object, mask, site);
                    memory[place] += act.value() + 1;
                }
                case UPDATE -> {
                    run.step(Operation.UPDATE, object, mask, site);
                    observe(memory[place]);
                    memory[place] += 1;
                }
                case READ_ALL -> {
                    run.stepRange(Operation.READ, VARIABLES, variables, site);
                    observe(Arrays.hashCode(memory));
                }
                case WRITE_RANGE -> {
                    int size = 1 + act.value() % (variables - variable);
                    run.stepRange(Operation.WRITE, object, size, site);
                    Arrays.fill(memory, variable * 2, (variable + size) * 2, 9);
                }
                case LOCK -> {
                    if (held[lock]) {
                        unlock(lock, site);
                    } else if (!shared[lock]) {
                        run.await(Operation.ACQUIRE, ofLock(lock), waitParts(lock), () -> isFree(lock), site);
                        take(lock);
                    }
                }
                case TRYLOCK -> {
                    if (held[lock]) {
                        unlock(lock, site);
                    } else {
                        run.step(Operation.UPDATE, ofLock(lock), parts(lock), site);
                        observe(owners[lock]);
                        if (isFree(lock)) {
                            take(lock);
                        }
                    }
                }
                case SHARE -> {
                    if (shared[lock]) {
                        unshare(lock, site);
                    } else if (!held[lock]) {
                        run.await(Operation.ENTER, ofLock(lock), waitParts(lock), () -> owners[lock] == 0, site);
                        sharers[lock]++;
                        shared[lock] = true;
                    }
                }
                case DOWNGRADE -> {
                    if (held[lock]) {
                        run.step(Operation.SIGNAL, ofLock(lock), parts(lock), site);
                        owners[lock] = 0;
                        sharers[lock]++;
                        held[lock] = false;
                        shared[lock] = true;
                    }
                }
                case LOOK_AT_LOCK -> {
                    run.step(Operation.READ, ofLock(lock), parts(lock), site);
                    observe(10 * owners[lock] + sharers[lock]);
                }
                case BREAK_LOCK -> {
                    run.step(Operation.RELEASE, ofLock(lock), parts(lock), site);
                    owners[lock] = 0;
                }
                case WAIT -> {
                    run.await(Operation.WAIT, object, () -> memory[place] == act.value(), site);
                    observe(memory[place]);
                }
                case READ_WHEN -> {
                    run.await(Operation.READ, object, () -> memory[place] >= act.value(), site);
                    observe(memory[place]);
                }
                case SECTION -> {
                    if (entered) {
                        leave(site);
                    } else {
                        run.step(Operation.ENTER, SECTION, -1, site);
                        inside++;
                        entered = true;
                    }
                }
                case SYNCHRONISE -> {
                    if (!entered) {
                        run.await(Operation.WAIT, SECTION, () -> inside == 0, site);
                    }
                }
                case GET -> {
                    boolean was = count(counter, 1, site) != 0;
                    counts[counter]++;
                    observe(was ? 1 : 0);
                }
                case GET_UNLESS_ZERO -> {
                    boolean got = count(counter, 1, site) != 0;
                    counts[counter] += got ? 1 : 0;
                    observe(got ? 1 : 0);
                }
                case PUT -> put(counter, 1, site);
                case DROP_TWO -> put(counter, 2, site);
                case PUT_UNLESS_LAST -> {
                    boolean dropped = count(counter, -1, site) != 1;
                    counts[counter] -= dropped ? 1 : 0;
                    observe(dropped ? 1 : 0);
                }
                case LOOK_AT_COUNT -> {
                    run.step(Operation.READ, COUNTERS, ofCounter & 0x3c, site);
                    observe(counts[counter]);
                }
                case SET_COUNT -> {
                    run.step(Operation.WRITE, COUNTERS, ofCounter, site);
                    counts[counter] = act.value();
                }
                case ADD_TO_COUNT -> {
                    run.step(Operation.ADD, COUNTERS, ofCounter, site);
                    counts[counter] += act.value();
                }
                case CLEAR_COUNTS -> {
                    run.step(Operation.UPDATE, COUNTERS, -1, site);
                    observe(counts[0] + counts[1]);
                    Arrays.fill(counts, 1);
                }
                case USE -> {
                    run.step(Operation.READ, THINGS + counter, -1, site);
                    observe(things[counter]);
                }
                case WAIT_FOR_COUNT -> {
                    run.await(Operation.WAIT, COUNTERS, () -> counts[counter] == act.value(), site);
                    observe(counts[1 - counter]);
                }
                case CHOOSE -> observe(run.choose(2 + act.value() % 2, site));
                case BRANCH -> {
                    if (last != 0) {
                        run.step(Operation.WRITE, object, mask, site);
                        memory[place] = last + 1;
                    } else {
                        run.step(Operation.READ, object, mask, site);
                        observe(memory[place]);
                    }
                }
                case HALT -> {
                    if (last > 1) {
                        throw run.halt(new Violation("halt", "at " + site, List.of()));
                    }
                }
                case REPORT -> {
                    if (last > 0) {
                        run.report(new Violation("report", "at " + site, List.of()));
                    }
                }
                case SPAWN -> RandomProgram.this.spawn(run, act.what(), false);
            }
        }

        /** The step of a counting; gives what the counter is before it. */
        private int count(int counter, int delta, Site site) {
            run.count(COUNTERS, counter == 0 ? 0x0f : 0xf0, delta, () -> counts[counter], site);
            return counts[counter];
        }

        /** Drops references, and frees the thing that is counted with the last. */
        private void put(int counter, int references, Site site) {
            count(counter, -references, site);
            counts[counter] -= references;
            observe(counts[counter] == 0 ? 1 : 0);
            if (counts[counter] == 0) {
                run.step(Operation.FREE, THINGS + counter, -1, site);
                things[counter] = 10 * things[counter] + me + 1;
            }
        }

        private boolean isFree(int lock) {
            return owners[lock] == 0 && sharers[lock] == 0;
        }

        private long ofLock(int lock) {
            return packing == Packing.APART ? LOCKS + lock : LOCKS;
        }

        private long parts(int lock) {
            return packing == Packing.APART ? -1 : lock == 0 ? 0x0f : 0xf0;
        }

        private long waitParts(int lock) {
            return packing == Packing.COARSE ? -1 : parts(lock);
        }

        private void take(int lock) {
            owners[lock] = me + 1;
            held[lock] = true;
        }

        private void unlock(int lock, Site site) {
            run.step(Operation.RELEASE, ofLock(lock), parts(lock), site);
            owners[lock] = 0;
            held[lock] = false;
        }

        private void unshare(int lock, Site site) {
            run.step(Operation.LEAVE, ofLock(lock), parts(lock), site);
            sharers[lock]--;
            shared[lock] = false;
        }

        private void leave(Site site) {
            run.step(Operation.LEAVE, SECTION, -1, site);
            inside--;
            entered = false;
        }

        private void observe(int value) {
            last = value;
            observed.computeIfAbsent(name, key -> new StringBuilder()).append(value).append(' ');
        }
    }
}
