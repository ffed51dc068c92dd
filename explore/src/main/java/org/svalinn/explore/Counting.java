package org.svalinn.explore;

import java.util.Arrays;

/**
 * Which COUNT steps on one counter commute. The program sees of a counter only whether it is zero, so steps far from
 * zero commute, whatever they add; one that may reach zero does not.
 *
 * <p>The steps on a counter are cut into eras. A step joins the era under way when, in every order of its steps and
 * those of the era that keeps each actor's own, the counter would stay above zero; the steps of an era commute. A step
 * that cannot join is <em>critical</em>: it is ordered after all of that era, and before all that follows, whether it
 * does reach zero or would only have done so in another order. What else touches the counter ends the era too. So four
 * actors that put the four references there are have four classes, one for each that may be the last, and those who get
 * a reference and put it while somebody else holds one do not depend on each other at all. Six actors that do so while
 * the first of them ends (references 6 of the tests) take 12,773 executions, and 1,074,600 with UPDATE.
 *
 * <p>Why not simply pairs of steps, dependent when some order of the steps between them would reach zero? Because a
 * class must be all orders that agree with one partial order. Take +1, -1 and -1 on a counter of two: seen from
 * {@code + a b} only the second decrement would depend on the increment, from {@code + b a}, which is the same class
 * then, only the other; nothing that a search concludes from races holds in such a class. With eras it does. In the
 * terms of the paper behind {@link SourceSetSearch} they make a valid happens-before: an era's steps stay an era in
 * every order of them, because each beginning of an order that keeps the actors' own is an order too; a critical step
 * stays critical, because it is after the same steps in all of them; and a step that cannot join an era cannot join
 * it with one step more.
 */
final class Counting {
    /** The era of a critical step. */
    static final int NONE = -1;

    private final Trace trace;
    /** For each actor how far below its value at the beginning of the era it can bring the counter: never above 0. */
    private final long[] lows = new long[Roster.MAX_ACTORS];

    Counting(Trace trace) {
        this.trace = trace;
    }

    /**
     * The era that the task's COUNT belongs to when it comes as step {@code next}, named by its first step; or
     * {@link #NONE}.
     *
     * @param value the counter before the step; not used when the era has begun
     */
    int era(int next, Task task, long value) {
        Arrays.fill(lows, 0);
        int self = task.actor().index();
        lows[self] = Math.min(0, task.delta);
        int first = next;
        long beginning = value;
        for (int step = next - 1; step >= 0; step--) {
            if (!trace.overlaps(step, task.object, task.count, task.parts)) {
                continue;
            }
            if (!trace.isOnCounter(step, task.object, task.parts) || trace.era[step] == NONE) {
                break;
            }
            int actor = trace.actor[step];
            lows[actor] = Math.min(0, trace.delta[step] + lows[actor]);
            first = step;
            beginning = trace.before[step];
        }
        long lowest = beginning;
        for (long low : lows) {
            lowest += low;
        }
        return lowest > 0 ? first : NONE;
    }
}
