package org.svalinn.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.svalinn.kernel.simulate.Result;

/** Simulations of designs that do not differ in what is shown of them. */
record Alike(List<Result> results) {
    /** @param shown what is shown: compared by its {@code equals} */
    static List<Alike> of(List<Result> results, Function<Result, Object> shown) {
        Map<Object, List<Result>> groups = new LinkedHashMap<>();
        for (Result result : results) {
            groups.computeIfAbsent(shown.apply(result), key -> new ArrayList<>()).add(result);
        }
        return groups.values().stream().map(Alike::new).toList();
    }

    /** One of them. */
    Result result() {
        return results.getFirst();
    }

    /** The designs. */
    String names(String between) {
        return results.stream().map(result -> result.parameters().variant().toString()).collect(Collectors.joining(between));
    }
}
