package org.svalinn.explore;

import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;
import org.jspecify.annotations.Nullable;

/**
 * A body that can be left in the middle and gone on with later, on the stack of whoever resumes it: the only place
 * that knows how. A pause and a resumption together cost about 100 ns, where a hand-off between threads costs 5000.
 *
 * <p>One that was paused and is dropped is ordinary garbage, and its {@code finally} blocks never run. One whose body
 * has returned can be given another. A body must not throw. It is public for other schedulers, such as that of virtual time:
 * whoever only explores never meets it. Needs {@code --add-exports java.base/jdk.internal.vm=ALL-UNNAMED}.
 */
public final class Coroutine {
    private static final ContinuationScope SCOPE = new ContinuationScope("org.svalinn.explore");

    private final Continuation continuation = new Continuation(SCOPE, this::runBodies);
    private @Nullable Runnable body;

    /** Whether it waits for a body. */
    public boolean isIdle() {
        return body == null;
    }

    /** Gives an idle coroutine its next body; the first {@link #resume} enters it. */
    public void prepare(Runnable next) {
        body = next;
    }

    /** Runs the body, on the caller's stack, until it pauses or returns. */
    public void resume() {
        continuation.run();
    }

    /** Leaves the body that calls this, until it is resumed. */
    public static void pause() {
        Continuation.yield(SCOPE);
    }

    private void runBodies() {
        while (true) {
            Runnable now = body;
            if (now != null) {
                now.run();
                body = null;
            }
            pause();
        }
    }
}
