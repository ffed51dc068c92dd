package org.svalinn.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Optional;
import org.svalinn.explore.Schedule;
import org.svalinn.explore.Violation;

/**
 * A counterexample as it is kept in a file: all that is needed to see it again.
 *
 * @param version of the Svalinn that recorded it
 * @param scenario the scenario's name
 * @param scenarioText the whole text of the scenario where it is not one of the catalogue
 * @param kernel the kernel as people name it
 * @param kernelPath where its source was; of a reference kernel {@code reference:} and its design
 * @param patches the files of the patches put on it, in order
 * @param without what was left out of a reference kernel
 * @param iommu the model of IOMMU
 * @param violation what it shows
 * @param schedule how
 */
public record Recording(
        String version,
        String scenario,
        Optional<String> scenarioText,
        String kernel,
        String kernelPath,
        List<String> patches,
        List<String> without,
        String iommu,
        Violation violation,
        Schedule schedule) {
    private static final String FORMAT = "svalinn-schedule";
    private static final int REVISION = 1;

    public Recording {
        patches = List.copyOf(patches);
        without = List.copyOf(without);
    }

    /** The recording as a JSON document. */
    public String text() {
        JsonObject json = new JsonObject();
        json.addProperty("format", FORMAT);
        json.addProperty("revision", REVISION);
        json.addProperty("svalinn", version);
        json.addProperty("scenario", scenario);
        scenarioText.ifPresent(text -> json.addProperty("scenarioText", text));
        json.addProperty("kernel", kernel);
        json.addProperty("kernelPath", kernelPath);
        json.add("patches", JsonParts.strings(patches));
        if (!without.isEmpty()) {
            json.add("without", JsonParts.strings(without));
        }
        json.addProperty("iommu", iommu);
        json.add("violation", JsonParts.violation(violation));
        json.add("schedule", JsonParts.array(schedule.decisions(), JsonParts::decision));
        return JsonReport.text(json);
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @param file how to name the file in messages
     * @throws BadRecording when the text is not such a document
     */
    public static Recording read(String file, String text) {
        try {
            return parse(text);
        } catch (JsonParseException e) {
            throw new BadRecording(file + ": not JSON: " + firstLine(String.valueOf(e.getMessage())));
        } catch (JsonParts.Malformed e) {
            throw new BadRecording(file + ": not a recorded schedule: " + e.getMessage());
        }
    }

    private static Recording parse(String text) throws JsonParts.Malformed {
        String top = "the document";
        JsonObject json = JsonParts.object(JsonParser.parseString(text), top);
        if (!JsonParts.text(json, "format", top).equals(FORMAT)) {
            throw new JsonParts.Malformed("its format is not \"" + FORMAT + "\"");
        }
        if (JsonParts.number(json, "revision", top) != REVISION) {
            throw new JsonParts.Malformed("it is of revision " + JsonParts.number(json, "revision", top)
                    + ", this Svalinn reads revision " + REVISION);
        }
        return new Recording(
                JsonParts.text(json, "svalinn", top),
                JsonParts.text(json, "scenario", top),
                json.has("scenarioText") ? Optional.of(JsonParts.text(json, "scenarioText", top)) : Optional.empty(),
                JsonParts.text(json, "kernel", top),
                JsonParts.text(json, "kernelPath", top),
                JsonParts.list(json, "patches", top, Recording::word),
                json.has("without") ? JsonParts.list(json, "without", top, Recording::word) : List.of(),
                JsonParts.text(json, "iommu", top),
                JsonParts.violation(JsonParts.required(json, "violation", top), "violation"),
                new Schedule(JsonParts.list(json, "schedule", top, JsonParts::decision)));
    }

    private static String word(JsonElement item, String at) throws JsonParts.Malformed {
        if (!item.isJsonPrimitive()) {
            throw new JsonParts.Malformed(at + " is not a text");
        }
        return item.getAsString();
    }

    private static String firstLine(String message) {
        String line = message.lines().findFirst().orElse("");
        int cause = line.indexOf("Exception: ");
        return cause < 0 ? line : line.substring(cause + "Exception: ".length());
    }
}
