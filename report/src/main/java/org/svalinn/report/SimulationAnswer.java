package org.svalinn.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.OnRelease;
import org.svalinn.kernel.design.Pin;
import org.svalinn.kernel.simulate.Distribution;
import org.svalinn.kernel.simulate.Result;

/**
 * What simulations say to the thread's second claim: "in the release() notifier it would block mmput() for too long. Is the
 * trouble the blocking, or that pages are not released fast enough when the OOM killer picked the process?" Each sentence compares
 * two figures; how much is much is one constant.
 */
public final class SimulationAnswer {
    /** From here on a time is another time. */
    private static final double MUCH = 3;

    private SimulationAnswer() {}

    /** Sentences; none where what would be compared was not simulated. */
    public static List<String> of(List<Result> results) {
        Optional<Result> usual = results.stream().filter(result -> !isPeculiar(design(result))).reduce((first, second) ->
                design(second) == Design.V5_18 ? second : first);
        if (usual.isEmpty()) {
            return List.of();
        }
        List<String> sentences = new ArrayList<>();
        for (Result result : results) {
            if (isPeculiar(design(result))) {
                sentences.addAll(compare(result, usual.get()));
            }
        }
        return List.copyOf(sentences);
    }

    private static boolean isPeculiar(Design design) {
        return design.onRelease() == OnRelease.TEAR_DOWN || design.pin() == Pin.MM_USERS;
    }

    private static Design design(Result result) {
        return result.parameters().variant().design();
    }

    private static List<String> compare(Result result, Result usual) {
        List<String> sentences = new ArrayList<>();
        String name = design(result).name();
        String other = design(usual).name();
        sentences.add(name + ": mmput() " + (isMore(result.mmput(), usual.mmput()) ? "is blocked" : "is not blocked") + ": "
                + against("it takes", result.mmput(), usual.mmput(), other) + ".");
        Result.Kills kills = result.kills();
        if (kills.toPages().isEmpty()) {
            return sentences;
        }
        if (result.parameters().load().reaper()) {
            boolean waits = isMore(kills.toPrivates(), usual.kills().toPrivates());
            sentences.add("What the OOM reaper may take of a victim " + (waits ? "waits for the device even so" : "does not wait for the device")
                    + ": " + against("to be rid of it takes", kills.toPrivates(), usual.kills().toPrivates(), other) + ".");
        }
        boolean pages = isMore(kills.toPages(), usual.kills().toPages());
        boolean tables = isMore(kills.toTables(), usual.kills().toTables());
        sentences.add("Its last page " + (pages ? "waits" : "does not") + ": "
                + against("that takes", kills.toPages(), usual.kills().toPages(), other) + ".");
        sentences.add("Its page tables " + (tables ? "wait" : "do not") + ": "
                + against("they take", kills.toTables(), usual.kills().toTables(), other) + ".");
        sentences.add(verdict(result, usual, pages, tables));
        return sentences;
    }

    private static String verdict(Result result, Result usual, boolean pages, boolean tables) {
        boolean blocks = isMore(result.mmput(), usual.mmput());
        boolean reaped = result.parameters().load().reaper()
                && !isMore(result.kills().toPrivates(), usual.kills().toPrivates());
        if (!pages && !tables) {
            return blocks ? "So the trouble is the blocking alone." : "So neither is a trouble.";
        }
        String late = !reaped ? "nothing is released before the device has stopped"
                : pages ? "shared memory and page tables, which the reaper may not take, are released late"
                : "page tables, which the reaper may not take, are released late";
        return "So " + (blocks ? "both are the trouble: " : "the trouble is not that mmput() blocks, but that ") + late + ".";
    }

    private static boolean isMore(Distribution one, Distribution other) {
        return !one.isEmpty() && !other.isEmpty()
                && (one.median() > MUCH * other.median() || one.quantile(0.99) > MUCH * other.quantile(0.99));
    }

    private static String against(String takes, Distribution one, Distribution usual, String other) {
        String never = one.never() == 0 ? "" : String.format(
                Locale.ROOT, ", and for %,d of %,d without end", one.never(), one.count() + one.never());
        String times = one.longest() == 0
                ? " no time"
                : " a median of " + Durations.of(one.median()) + " and up to " + Durations.of(one.max()) + never;
        return takes + times + " (" + other + ": " + Durations.of(usual.median()) + " and up to " + Durations.of(usual.longest()) + ")";
    }
}
