package org.svalinn.report;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;
import org.svalinn.scenario.Cell;
import org.svalinn.scenario.Outcome;

/**
 * Outcomes as JSON: one line each, so that what was found is kept as it is found, and a file that was cut off still
 * reads.
 */
public final class OutcomeJson {
    private OutcomeJson() {}

    /** An outcome as one line, without its end. */
    public static String line(Cell cell, Outcome outcome) {
        return new Gson().toJson(json(cell, outcome));
    }

    static JsonObject json(Cell cell, Outcome outcome) {
        JsonObject json = new JsonObject();
        json.addProperty("design", cell.variant().design().name());
        json.add("without", JsonParts.strings(cell.variant().omissions().stream().map(Omission::text).toList()));
        json.addProperty("iommu", cell.iommu());
        json.addProperty("scenario", cell.scenario());
        json.addProperty("verdict", outcome.verdict().name().toLowerCase(Locale.ROOT));
        json.add("violations", JsonParts.array(outcome.seen(), OutcomeJson::seen));
        if (!outcome.why().isEmpty()) {
            json.addProperty("why", outcome.why());
        }
        json.addProperty("executions", outcome.executions());
        json.addProperty("classes", outcome.classes());
        json.addProperty("longest", outcome.longest());
        return json;
    }

    private static JsonObject seen(Outcome.Seen seen) {
        JsonObject json = new JsonObject();
        json.addProperty("check", seen.check());
        json.addProperty("message", seen.message());
        json.addProperty("preemptions", seen.preemptions());
        json.addProperty("steps", seen.steps());
        return json;
    }

    /** All outcomes of a comparison, as one document. */
    public static String document(String version, Map<Cell, Outcome> outcomes) {
        JsonObject json = new JsonObject();
        json.addProperty("svalinn", version);
        json.add("results", JsonParts.array(List.copyOf(outcomes.entrySet()),
                entry -> json(entry.getKey(), entry.getValue())));
        return JsonReport.text(json);
    }

    /** What {@link #line} wrote; empty for a line that is not whole. */
    public static Optional<Map.Entry<Cell, Outcome>> read(String line) {
        try {
            JsonObject json = JsonParts.object(JsonParser.parseString(line), "the line");
            return Optional.of(Map.entry(cell(json), outcome(json)));
        } catch (JsonParseException | JsonParts.Malformed | IllegalArgumentException
                | IllegalStateException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static Cell cell(JsonObject json) throws JsonParts.Malformed {
        String at = "the line";
        String name = JsonParts.text(json, "design", at);
        Design design = Design.find(name).orElseThrow(() -> new JsonParts.Malformed("no design " + name));
        EnumSet<Omission> omissions = EnumSet.noneOf(Omission.class);
        omissions.addAll(JsonParts.list(json, "without", at, (item, where) -> Omission.find(item.getAsString())
                .orElseThrow(() -> new JsonParts.Malformed("no omission " + item))));
        return new Cell(
                new Variant(design, omissions),
                JsonParts.text(json, "iommu", at),
                JsonParts.text(json, "scenario", at));
    }

    private static Outcome outcome(JsonObject json) throws JsonParts.Malformed {
        String at = "the line";
        List<Outcome.Seen> seen = new ArrayList<>(JsonParts.list(json, "violations", at, (item, where) -> {
            JsonObject violation = JsonParts.object(item, where);
            return new Outcome.Seen(
                    JsonParts.text(violation, "check", where),
                    JsonParts.text(violation, "message", where),
                    JsonParts.number(violation, "preemptions", where),
                    JsonParts.number(violation, "steps", where));
        }));
        return new Outcome(
                Outcome.Kind.valueOf(JsonParts.text(json, "verdict", at).toUpperCase(Locale.ROOT)),
                seen,
                json.has("why") ? JsonParts.text(json, "why", at) : "",
                JsonParts.number(json, "executions", at),
                JsonParts.number(json, "classes", at),
                JsonParts.number(json, "longest", at));
    }
}
