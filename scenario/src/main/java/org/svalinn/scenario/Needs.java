package org.svalinn.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;

/** Why each step of v5.18 is needed on each IOMMU, as {@code omissions.yaml} has it. */
public final class Needs {
    /** What steps are left out of. */
    public static final Design DESIGN = Design.V5_18;

    private static final String FILE = "omissions.yaml";

    private Needs() {}

    /** All of them, in the order of the omissions. */
    public static List<Need> all() {
        try (InputStream in = Needs.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException("there is no " + FILE);
            }
            return read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Need> read(String text) {
        List<Need> needs = new ArrayList<>();
        for (Object entry : (List<?>) new Load(LoadSettings.builder().setLabel(FILE).build()).loadFromString(text)) {
            Map<?, ?> need = (Map<?, ?>) entry;
            for (Object iommu : list(need, "iommu")) {
                needs.add(need(need, String.valueOf(iommu)));
            }
        }
        return List.copyOf(needs);
    }

    private static Need need(Map<?, ?> map, String iommu) {
        Omission omission = omission(text(map, "without"));
        Variant less = Variant.of(DESIGN).without(omission);
        String because = text(map, "because");
        if (map.containsKey("scenario")) {
            Need.Shown shown = new Need.Shown(cell(less, iommu, map), text(map, "check"), because);
            return new Need(omission, iommu, true, because, List.of(shown));
        }
        List<Need.Shown> instead = new ArrayList<>();
        for (Object entry : list(map, "instead")) {
            Map<?, ?> other = (Map<?, ?>) entry;
            Variant variant = Variant.of(Design.find(text(other, "design")).orElseThrow()).without(omission);
            if (other.containsKey("and")) {
                for (Object more : list(other, "and")) {
                    variant = variant.without(omission(String.valueOf(more)));
                }
            }
            instead.add(new Need.Shown(cell(variant, iommu, other), text(other, "check"), text(other, "because")));
        }
        return new Need(omission, iommu, false, because, instead);
    }

    private static Cell cell(Variant variant, String iommu, Map<?, ?> map) {
        return new Cell(variant, iommu, text(map, "scenario"));
    }

    private static Omission omission(String name) {
        return Omission.find(name).orElseThrow(() -> new IllegalStateException(FILE + ": no omission " + name));
    }

    private static List<?> list(Map<?, ?> map, String key) {
        return map.get(key) instanceof List<?> list ? list : List.of(text(map, key));
    }

    private static String text(Map<?, ?> map, String key) {
        Object value = map.get(key);
        if (value == null) {
            throw new IllegalStateException(FILE + ": lacks '" + key + "' in " + map);
        }
        return String.valueOf(value).strip();
    }
}
