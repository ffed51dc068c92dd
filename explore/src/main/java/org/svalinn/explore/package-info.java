/**
 * Explores every interleaving of a concurrent program, and proves that none goes wrong or shows the simplest one that
 * does.
 *
 * <h2>The problem</h2>
 *
 * A test runs a concurrent program in one order, and the next test run mostly in the same. A defect that needs another
 * order stays hidden until a customer finds it, and cannot be shown again. Trying all orders is hopeless: two actors
 * of fifteen steps have 155 million. But most steps do not care about each other. Only the order of steps that
 * <em>conflict</em>, because they touch the same part of the same object and do not commute, can make a difference; so
 * it is enough to run one representative of each way to order those.
 *
 * <h2>How to use it</h2>
 *
 * Write what is checked as a {@link org.svalinn.explore.Program}: it makes a world and spawns actors, and each actor
 * announces what it does to shared objects, one step each, just before it does it. What an actor does between two steps
 * belongs to the first of them.
 *
 * {@snippet :
 * Program counter = run -> {
 *     int[] value = {0};
 *     for (String name : List.of("left", "right")) {
 *         run.spawn(name, () -> {
 *             run.step(Operation.READ, COUNTER, -1, Site.named("load"));
 *             int loaded = value[0];
 *             run.step(Operation.WRITE, COUNTER, -1, Site.named("store"));
 *             if (value[0] != loaded) {
 *                 run.report(new Violation("lost-update", "an update was overwritten", List.of()));
 *             }
 *             value[0] = loaded + 1;
 *         });
 *     }
 * };
 * Verdict verdict = Explorer.of(counter).explore();
 * }
 *
 * A lock is an {@link org.svalinn.explore.Run#await await} with the operation {@code ACQUIRE} while the lock is free,
 * and a step {@code RELEASE}. A reference count is {@linkplain org.svalinn.explore.Run#count counted}. What the
 * environment may do is a {@link org.svalinn.explore.Run#choose choice}. A server that never ends is a
 * {@linkplain org.svalinn.explore.Run#spawnDaemon daemon}.
 *
 * <h2>How to read what comes out</h2>
 *
 * Only {@link org.svalinn.explore.Verdict.Verified} is a pass. A
 * {@link org.svalinn.explore.Verdict.Counterexample} has the violation, with its parties and where each was; a
 * narrative, step by step, made as short as we could; and a schedule, that
 * {@link org.svalinn.explore.Explorer#replay replay} follows to the same end, today or after the source has changed, and
 * otherwise says where it departs. In the narrative look first at the steps that
 * {@linkplain org.svalinn.explore.Narrative.Step#preempts preempt}: it is mostly the one place where somebody was
 * interrupted. Steps that do not {@linkplain org.svalinn.explore.Narrative.Step#conflicts conflict} are only the way
 * there.
 *
 * <p>{@link org.svalinn.explore.Verdict.Bounded} says which limit cut the search. Raise it, or make the program smaller:
 * every actor and every contended object less helps more than any option. {@link org.svalinn.explore.Verdict.Vacuous}
 * says that no execution came to what the program is about. {@link org.svalinn.explore.Verdict.Error} mostly says
 * that the program is not a function of its schedule, and names the first step that differed: look for state kept from
 * an earlier execution, for a clock, and for the order of a hash table.
 *
 * <h2>Limits</h2>
 *
 * <ul>
 *   <li>Sequential consistency only: steps happen one after another, and each sees all before it. What a weak memory
 *       model adds (store buffers, reordered loads) is not explored.
 *   <li>Only what is announced is seen. A shared object touched without a step, or one whose id differs between
 *       interleavings, makes the result wrong; a condition that reads more than its object does too.
 *   <li>ADD steps on one object are taken to commute, together with the conditions that wait to take them.
 *       {@linkplain org.svalinn.explore.Run#count COUNT} steps are taken to observe nothing but zero.
 *   <li>Executions must end. One that is cut for its length is never a pass; lack of progress is seen only when
 *       nobody can go on, not when somebody goes round in circles.
 *   <li>The reduction is by order, not by state: two orders that lead to the same state are both explored. Many actors
 *       that contend for one lock or count are slow: n of them have n! orders.
 *   <li>At most 32 actors in an execution, and 100 distinct violations in a search.
 *   <li>Actors must not block the thread, hold a monitor over a step, or step inside a static initialiser; a step
 *       deep in the stack costs more than one near its top. An actor that is stopped never runs its {@code finally}.
 *   <li>Needs {@code --add-exports java.base/jdk.internal.vm=ALL-UNNAMED}.
 * </ul>
 *
 * <h2>Inside</h2>
 *
 * {@link org.svalinn.explore.Run} executes the program along a trace, as a scheduler says. The two searches are
 * schedulers that know which executions are left; {@code SourceSetSearch} is the one that matters and
 * {@code PlainSearch} what it is tested against. {@code Exploration} drives a search to its verdict,
 * {@code Minimiser} simplifies what it found, {@code Narrator} tells it.
 */
@NullMarked
package org.svalinn.explore;

import org.jspecify.annotations.NullMarked;
