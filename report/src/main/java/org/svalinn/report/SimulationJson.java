package org.svalinn.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import org.jspecify.annotations.Nullable;
import org.svalinn.kernel.simulate.Distribution;
import org.svalinn.kernel.simulate.Latency;
import org.svalinn.kernel.simulate.Parameters;
import org.svalinn.kernel.simulate.Result;

/** One simulation as JSON: times in nanoseconds; what never came to an end is null. */
final class SimulationJson {
    private SimulationJson() {}

    static JsonObject of(Result result) {
        JsonObject json = new JsonObject();
        json.addProperty("design", result.parameters().variant().toString());
        json.add("parameters", parameters(result.parameters()));
        json.add("killToReapable", times(result.kills().toPrivates()));
        json.add("killToPages", times(result.kills().toPages()));
        json.add("killToTables", times(result.kills().toTables()));
        json.add("exitToPages", times(result.exitToPages()));
        json.add("mmput", times(result.mmput()));
        json.add("unbind", times(result.unbind()));
        json.add("pasids", pasids(result.pasids()));
        JsonObject traffic = new JsonObject();
        traffic.addProperty("invalidations", result.traffic().invalidations());
        traffic.addProperty("pageRequests", result.traffic().pageRequests());
        traffic.addProperty("refusedPageRequests", result.traffic().refusedPageRequests());
        json.add("traffic", traffic);
        JsonObject left = new JsonObject();
        left.addProperty("processes", result.left().processes());
        left.addProperty("addressSpaces", result.left().addressSpaces());
        left.addProperty("pages", result.left().pages());
        left.addProperty("pasids", result.left().pasids());
        left.addProperty("bonds", result.left().bonds());
        json.add("left", left);
        JsonObject violations = new JsonObject();
        result.violations().forEach(violations::addProperty);
        json.add("violations", violations);
        json.addProperty("events", result.events());
        json.addProperty("virtualNanos", result.duration());
        return json;
    }

    private static JsonObject parameters(Parameters parameters) {
        Parameters.Load load = parameters.load();
        Parameters.Hardware hardware = parameters.hardware();
        JsonObject json = new JsonObject();
        json.addProperty("seed", parameters.seed());
        json.addProperty("processes", load.processes());
        json.addProperty("atOnce", load.atOnce());
        json.addProperty("life", load.life());
        json.addProperty("oomKills", load.oomKills());
        json.addProperty("pages", load.pages());
        json.addProperty("sharedPercent", load.sharedPercent());
        json.addProperty("boundPercent", load.boundPercent());
        json.addProperty("mappedPercent", load.mappedPercent());
        json.addProperty("pageFaults", load.pageFaults());
        json.addProperty("reaper", load.reaper());
        json.addProperty("exhaust", load.exhaust());
        json.addProperty("devices", hardware.devices());
        json.addProperty("maxPasid", hardware.maxPasid());
        json.add("stop", latency(hardware.stop()));
        json.add("pageRequest", latency(hardware.pageRequest()));
        json.add("invalidation", latency(hardware.invalidation()));
        json.add("freePage", latency(hardware.freePage()));
        return json;
    }

    private static JsonObject latency(Latency latency) {
        JsonObject json = new JsonObject();
        json.addProperty("min", latency.min());
        json.addProperty("max", latency.max());
        return json;
    }

    private static JsonObject times(Distribution times) {
        JsonObject json = new JsonObject();
        json.addProperty("count", times.count());
        json.addProperty("never", times.never());
        if (!times.isEmpty()) {
            json.addProperty("median", orNull(times.median()));
            json.addProperty("p90", orNull(times.quantile(0.9)));
            json.addProperty("p99", orNull(times.quantile(0.99)));
            json.addProperty("max", orNull(times.longest()));
        }
        return json;
    }

    private static @Nullable Long orNull(long time) {
        return time == Distribution.NEVER ? null : Long.valueOf(time);
    }

    private static JsonObject pasids(Result.Pasids pasids) {
        JsonObject json = new JsonObject();
        json.addProperty("peak", pasids.peak());
        json.addProperty("binds", pasids.binds());
        json.addProperty("refused", pasids.refused());
        json.addProperty("recycled", pasids.recycled());
        json.addProperty("reusedTooEarly", pasids.reusedTooEarly());
        json.addProperty("span", pasids.span());
        JsonArray inUse = new JsonArray();
        pasids.inUse().forEach(inUse::add);
        json.add("inUse", inUse);
        return json;
    }
}
