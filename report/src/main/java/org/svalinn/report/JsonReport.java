package org.svalinn.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import org.svalinn.explore.Narrative;
import org.svalinn.explore.Verdict;
import org.svalinn.kernel.simulate.Result;

/** The same reports for programs: one JSON object each. Keys are only ever added. */
public final class JsonReport {
    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private final String version;

    /** @param version of Svalinn */
    public JsonReport(String version) {
        this.version = version;
    }

    /**
     * What {@code check} found.
     *
     * @param exit the exit status of the whole
     */
    public String check(List<Finding> findings, int exit) {
        JsonObject json = head();
        json.add("results", JsonParts.array(findings, JsonReport::finding));
        json.addProperty("exit", exit);
        return text(json);
    }

    /** A request that could not be served at all. */
    public String failure(String message, int exit) {
        JsonObject json = head();
        json.addProperty("error", message);
        json.addProperty("exit", exit);
        return text(json);
    }

    public String pins(Subject subject, String until, List<Holding> holdings) {
        JsonObject json = head();
        json.add("subject", JsonParts.subject(subject));
        if (!until.isEmpty()) {
            json.addProperty("until", until);
        }
        json.add("references", JsonParts.array(holdings, JsonReport::holding));
        return text(json);
    }

    /** The floor in use: one entry for each subject, in order. */
    public String floor(List<Subject> subjects, List<FloorUse> uses) {
        JsonObject json = head();
        json.add("scenarios", JsonParts.array(subjects, subject -> {
            JsonObject scenario = JsonParts.subject(subject);
            FloorUse use = uses.get(subjects.indexOf(subject));
            scenario.add("c", JsonParts.array(use.inC(), function -> function(function.function(), "file", function.file(), function.calls())));
            scenario.add("floor", JsonParts.array(use.onFloor(), JsonReport::provided));
            return scenario;
        }));
        if (!uses.isEmpty()) {
            json.add("floor", JsonParts.array(uses.getLast().wholeFloor(), JsonReport::provided));
        }
        return text(json);
    }

    public String bench(String kernel, List<BenchTable.Row> rows) {
        JsonObject json = head();
        json.addProperty("kernel", kernel);
        json.add("rows", JsonParts.array(rows, row -> {
            JsonObject entry = new JsonObject();
            entry.addProperty("scenario", row.scenario());
            entry.addProperty("verdict", row.verdict());
            entry.addProperty("loadMillis", row.loadMillis());
            entry.addProperty("setupMillis", row.setupMillis());
            entry.addProperty("verdictMillis", row.verdictMillis());
            entry.addProperty("executions", row.executions());
            entry.addProperty("steps", row.steps());
            entry.addProperty("exploreMillis", row.exploreMillis());
            entry.addProperty("executionsPerSecond", row.executionsPerSecond());
            return entry;
        }));
        return text(json);
    }

    /** @param how how it was measured, in words */
    public String machineBench(String how, List<MachineBenchTable.Row> rows) {
        JsonObject json = head();
        json.addProperty("how", how);
        json.add("rows", JsonParts.array(rows, row -> {
            JsonObject entry = new JsonObject();
            entry.addProperty("operation", row.operation());
            if (!row.on().isEmpty()) {
                entry.addProperty("on", row.on());
            }
            entry.addProperty("nanos", row.nanos());
            entry.addProperty("error", row.error());
            if (row.hasBar()) {
                entry.addProperty("barLow", row.barLow());
                entry.addProperty("barHigh", row.barHigh());
                entry.addProperty("ratio", row.ratio());
            }
            return entry;
        }));
        return text(json);
    }

    /**
     * Simulations, by design.
     *
     * @param answer sentences
     */
    public String simulations(List<Result> results, List<String> answer) {
        JsonObject json = head();
        json.add("designs", JsonParts.array(results, SimulationJson::of));
        json.add("answer", JsonParts.strings(answer));
        return text(json);
    }

    /**
     * What {@code claims} found.
     *
     * @param exit the exit status of the whole
     */
    public String claims(List<Answer> answers, int exit) {
        JsonObject json = head();
        json.add("claims", JsonParts.array(answers, answer -> {
            JsonObject claim = new JsonObject();
            claim.addProperty("number", answer.claim().number());
            claim.addProperty("claim", answer.claim().words());
            claim.addProperty("answered", answer.stands());
            claim.addProperty("answer", answer.stands() ? answer.claim().answer() : "");
            claim.addProperty("because", answer.stands() ? answer.claim().because() : "");
            claim.add("evidence", JsonParts.array(answer.proofs(), JsonReport::proof));
            return claim;
        }));
        json.addProperty("exit", exit);
        return text(json);
    }

    private static JsonElement proof(Answer.Proof proof) {
        JsonObject json = new JsonObject();
        json.addProperty("what", proof.what());
        json.addProperty("found", proof.found());
        json.addProperty("shows", proof.shows());
        json.addProperty("asExpected", proof.asExpected());
        json.add("details", JsonParts.strings(proof.details()));
        json.addProperty("command", proof.command());
        return json;
    }

    static String text(JsonObject json) {
        return GSON.toJson(json) + "\n";
    }

    private JsonObject head() {
        JsonObject json = new JsonObject();
        json.addProperty("svalinn", version);
        return json;
    }

    private static JsonElement finding(Finding finding) {
        JsonObject json = JsonParts.subject(finding.subject());
        json.addProperty("verdict", VerdictText.word(finding.verdict()).toLowerCase(Locale.ROOT));
        json.add("coverage", JsonParts.coverage(finding.verdict().coverage()));
        switch (finding.verdict()) {
            case Verdict.Verified _ -> json.addProperty("complete", true);
            case Verdict.Bounded bounded -> json.addProperty("limit", bounded.limit());
            case Verdict.Vacuous vacuous -> json.add("missed", JsonParts.strings(vacuous.missed().stream().sorted().toList()));
            case Verdict.Error error -> json.addProperty("message", error.message());
            case Verdict.Violated violated -> {
                json.addProperty("complete", violated.complete());
                List<Verdict.Counterexample> counterexamples = violated.counterexamples();
                json.add("violations", JsonParts.array(counterexamples, counterexample ->
                        counterexample(counterexample, finding.replayOf(counterexamples.indexOf(counterexample)))));
            }
        }
        if (!finding.bounds().isEmpty()) {
            JsonArray bounds = new JsonArray();
            finding.bounds().forEach(bounds::add);
            json.add("bounds", bounds);
        }
        if (!finding.explanation().isEmpty()) {
            json.addProperty("explanation", finding.explanation());
        }
        return json;
    }

    private static JsonElement counterexample(Verdict.Counterexample counterexample, String replay) {
        JsonObject json = JsonParts.violation(counterexample.violation());
        if (!replay.isEmpty()) {
            json.addProperty("replay", replay);
        }
        json.add("actors", JsonParts.strings(counterexample.narrative().actors()));
        json.add("steps", JsonParts.array(counterexample.narrative().steps(), JsonReport::step));
        json.add("schedule", JsonParts.array(counterexample.schedule().decisions(), JsonParts::decision));
        return json;
    }

    private static JsonElement step(Narrative.Step step) {
        JsonObject json = new JsonObject();
        json.addProperty("number", step.number());
        json.addProperty("actor", step.actor());
        json.addProperty("operation", step.operation().name());
        json.addProperty("object", step.object());
        json.add("path", JsonParts.array(step.path(), JsonParts::site));
        if (!step.note().isEmpty()) {
            json.addProperty("note", step.note());
        }
        json.addProperty("preempts", step.preempts());
        json.addProperty("conflicts", step.conflicts());
        return json;
    }

    private static JsonElement holding(Holding holding) {
        JsonObject json = new JsonObject();
        json.addProperty("count", holding.count());
        json.addProperty("of", holding.of());
        json.addProperty("value", holding.value());
        json.addProperty("held", holding.isHeld());
        json.add("taken", JsonParts.end(holding.taken()));
        holding.givenBack().ifPresent(end -> json.add("givenBack", JsonParts.end(end)));
        return json;
    }

    private static JsonElement provided(FloorUse.Provided provided) {
        return function(provided.function(), "standsFor", provided.standsFor(), provided.calls());
    }

    private static JsonElement function(String name, String key, String value, long calls) {
        JsonObject json = new JsonObject();
        json.addProperty("function", name);
        json.addProperty(key, value);
        json.addProperty("calls", calls);
        return json;
    }
}
