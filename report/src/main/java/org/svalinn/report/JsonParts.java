package org.svalinn.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.svalinn.explore.Coverage;
import org.svalinn.explore.Operation;
import org.svalinn.explore.Schedule;
import org.svalinn.explore.Site;
import org.svalinn.explore.Violation;

/** The parts that more than one JSON document has, written and read by hand: names in JSON are a promise to users. */
final class JsonParts {
    private JsonParts() {}

    // Writing

    static <T> JsonArray array(List<T> items, Function<T, JsonElement> each) {
        JsonArray array = new JsonArray();
        items.forEach(item -> array.add(each.apply(item)));
        return array;
    }

    static JsonArray strings(Iterable<String> items) {
        JsonArray array = new JsonArray();
        items.forEach(array::add);
        return array;
    }

    static JsonObject subject(Subject subject) {
        JsonObject json = new JsonObject();
        json.addProperty("scenario", subject.scenario());
        json.addProperty("kernel", subject.kernel());
        json.add("patches", strings(subject.patches()));
        json.addProperty("iommu", subject.iommu());
        return json;
    }

    static JsonObject coverage(Coverage coverage) {
        JsonObject json = new JsonObject();
        json.addProperty("executions", coverage.executions());
        json.addProperty("classes", coverage.classes());
        json.addProperty("pruned", coverage.pruned());
        json.addProperty("steps", coverage.steps());
        json.addProperty("longest", coverage.longest());
        json.addProperty("millis", coverage.millis());
        return json;
    }

    static JsonObject site(Site site) {
        JsonObject json = new JsonObject();
        json.addProperty("function", site.function());
        if (!site.file().isEmpty()) {
            json.addProperty("file", site.file());
            json.addProperty("line", site.line());
        }
        return json;
    }

    static JsonObject end(Violation.End end) {
        JsonObject json = new JsonObject();
        json.addProperty("role", end.role());
        json.addProperty("actor", end.actor());
        json.add("path", array(end.path(), JsonParts::site));
        return json;
    }

    static JsonObject violation(Violation violation) {
        JsonObject json = new JsonObject();
        json.addProperty("check", violation.check());
        json.addProperty("message", violation.message());
        json.addProperty("identity", violation.identity());
        json.add("ends", array(violation.ends(), JsonParts::end));
        return json;
    }

    static JsonObject decision(Schedule.Decision decision) {
        JsonObject json = new JsonObject();
        json.addProperty("step", decision.step());
        json.addProperty("actor", decision.actor());
        json.addProperty("operation", decision.operation().name());
        json.add("site", site(decision.site()));
        if (decision.choice() >= 0) {
            json.addProperty("choice", decision.choice());
        }
        return json;
    }

    // Reading. A document that is not as it should be is refused with the path of the part that is not.

    /** A document is not what it should be; the message says which part, and how. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message);
        }
    }

    /** Reads one element of a list. */
    interface Reader<T> {
        T read(JsonElement element, String at) throws Malformed;
    }

    static JsonObject object(JsonElement element, String at) throws Malformed {
        if (!element.isJsonObject()) {
            throw new Malformed(at + " is not an object");
        }
        return element.getAsJsonObject();
    }

    static Optional<JsonElement> optional(JsonObject object, String key) {
        return Optional.ofNullable(object.get(key)).filter(element -> !element.isJsonNull());
    }

    static JsonElement required(JsonObject object, String key, String at) throws Malformed {
        return optional(object, key).orElseThrow(() -> new Malformed(at + " has no \"" + key + "\""));
    }

    static String text(JsonObject object, String key, String at) throws Malformed {
        JsonElement element = required(object, key, at);
        if (!element.isJsonPrimitive()) {
            throw new Malformed(at + "." + key + " is not a text");
        }
        return element.getAsString();
    }

    static int number(JsonObject object, String key, String at) throws Malformed {
        JsonElement element = required(object, key, at);
        try {
            return element.getAsInt();
        } catch (NumberFormatException | UnsupportedOperationException | IllegalStateException e) {
            throw new Malformed(at + "." + key + " is not a number");
        }
    }

    static int number(JsonObject object, String key, String at, int otherwise) throws Malformed {
        return object.has(key) ? number(object, key, at) : otherwise;
    }

    static <T> List<T> list(JsonObject object, String key, String at, Reader<T> reader) throws Malformed {
        JsonElement element = required(object, key, at);
        if (!element.isJsonArray()) {
            throw new Malformed(at + "." + key + " is not a list");
        }
        List<T> items = new ArrayList<>();
        for (JsonElement item : element.getAsJsonArray()) {
            items.add(reader.read(item, at + "." + key + "[" + items.size() + "]"));
        }
        return items;
    }

    static Site site(JsonElement element, String at) throws Malformed {
        JsonObject json = object(element, at);
        String file = json.has("file") ? text(json, "file", at) : "";
        return new Site(file, number(json, "line", at, 0), text(json, "function", at));
    }

    static Violation violation(JsonElement element, String at) throws Malformed {
        JsonObject json = object(element, at);
        return new Violation(
                text(json, "check", at),
                text(json, "message", at),
                list(json, "ends", at, JsonParts::end),
                text(json, "identity", at));
    }

    private static Violation.End end(JsonElement element, String at) throws Malformed {
        JsonObject json = object(element, at);
        return new Violation.End(text(json, "role", at), text(json, "actor", at), list(json, "path", at, JsonParts::site));
    }

    static Schedule.Decision decision(JsonElement element, String at) throws Malformed {
        JsonObject json = object(element, at);
        String name = text(json, "operation", at);
        for (Operation operation : Operation.values()) {
            if (operation.name().equals(name)) {
                return new Schedule.Decision(
                        number(json, "step", at),
                        text(json, "actor", at),
                        operation,
                        site(required(json, "site", at), at + ".site"),
                        number(json, "choice", at, -1));
            }
        }
        throw new Malformed(at + ".operation: there is no operation \"" + name + "\"");
    }
}
