package org.svalinn.machine.iommu.smmuv3;

import java.util.function.BooleanSupplier;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Site;
import org.svalinn.machine.Steps;

/** Stalled transactions (3.12.2): each waits under its STAG for CMD_RESUME or CMD_STALL_TERM. */
final class Stalls {
    static final int RETRY = 2;
    static final int TERMINATE = 3;
    static final int TERMINATE_QUIETLY = 4;

    private static final int FREE = 0;
    private static final int WAITING = 1;

    /** The part that stands for which tags are free. */
    private static final long TAGS = 1L << 63;

    private static final Site BEGINS = Site.named("a transaction stalls (3.12.2)");
    private static final Site NO_TAG = Site.named("a faulting transaction waits for a STAG to be free (3.12.2)");
    private static final Site WAITS = Site.named("a stalled transaction waits for CMD_RESUME (4.7.1)");
    private static final Site CANCELS = Site.named("a stalled transaction is retried without an event (7.2.1)");
    private static final Site RESUMES = Site.named("CMD_RESUME (4.7.1)");
    private static final Site TERMINATES = Site.named("terminates stalled transactions (4.7.2)");

    private final Touch touch;
    private final byte[] state;
    private final int[] stream;
    private final byte[] rememberedState;
    private final int[] rememberedStream;
    private final BooleanSupplier tagFree = this::hasFreeTag;

    Stalls(Touch touch, int most) {
        this.touch = touch;
        state = new byte[most];
        stream = new int[most];
        rememberedState = new byte[most];
        rememberedStream = new int[most];
    }

    private boolean hasFreeTag() {
        for (byte one : state) {
            if (one == FREE) {
                return true;
            }
        }
        return false;
    }

    /** Takes a tag, if there is one: one step, on all tags, since a late CMD_RESUME may be for the one that it takes. */
    boolean begin(Passage passage) {
        touch.steps.step(Operation.UPDATE, touch.stalls, Steps.ALL, BEGINS);
        for (int tag = 0; tag < state.length; tag++) {
            if (state[tag] == FREE) {
                state[tag] = WAITING;
                stream[tag] = passage.requester;
                passage.stallTag = tag;
                return true;
            }
        }
        return false;
    }

    /** Waits until a tag is free: one step. */
    void awaitTag() {
        touch.steps.await(Operation.WAIT, touch.stalls, TAGS, tagFree, NO_TAG);
    }

    /** Gives the tag back without having waited. */
    void cancel(Passage passage) {
        touch.steps.step(Operation.WRITE, touch.stalls, TAGS | 1L << passage.stallTag, CANCELS);
        state[passage.stallTag] = FREE;
        passage.stallTag = -1;
    }

    /** Waits for the answer: one step. Gives RETRY, TERMINATE or TERMINATE_QUIETLY. */
    int await(Passage passage) {
        int tag = passage.stallTag;
        BooleanSupplier answered = passage.answered;
        if (answered == null) {
            answered = () -> state[passage.stallTag] != WAITING;
            passage.answered = answered;
        }
        touch.steps.await(Operation.WAIT, touch.stalls, TAGS | 1L << tag, answered, WAITS);
        int answer = state[tag];
        state[tag] = FREE;
        passage.stallTag = -1;
        return answer;
    }

    /** CMD_RESUME: nothing happens unless a transaction of this stream waits under this tag. */
    void resume(int requester, int tag, int answer) {
        if (tag >= state.length) {
            return;
        }
        touch.steps.step(Operation.SIGNAL, touch.stalls, 1L << tag, RESUMES);
        if (state[tag] == WAITING && stream[tag] == requester) {
            state[tag] = (byte) answer;
        }
    }

    /** CMD_STALL_TERM: every transaction of the stream that waits now is aborted. */
    void terminate(int requester) {
        touch.steps.step(Operation.SIGNAL, touch.stalls, ~TAGS, TERMINATES);
        for (int i = 0; i < state.length; i++) {
            if (state[i] == WAITING && stream[i] == requester) {
                state[i] = TERMINATE;
            }
        }
    }

    /** The SMMU is being disabled: everything that waits is aborted. */
    void terminateAll() {
        touch.steps.step(Operation.SIGNAL, touch.stalls, ~TAGS, TERMINATES);
        for (int i = 0; i < state.length; i++) {
            if (state[i] == WAITING) {
                state[i] = TERMINATE;
            }
        }
    }

    void snapshot() {
        System.arraycopy(state, 0, rememberedState, 0, state.length);
        System.arraycopy(stream, 0, rememberedStream, 0, state.length);
    }

    void restore() {
        System.arraycopy(rememberedState, 0, state, 0, state.length);
        System.arraycopy(rememberedStream, 0, stream, 0, state.length);
    }
}
