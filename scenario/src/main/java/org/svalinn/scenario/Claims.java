package org.svalinn.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;

/** The eight claims and questions of the thread, as {@code claims.yaml} has them. */
public final class Claims {
    private static final String FILE = "claims.yaml";
    private static final Set<String> OF_EVIDENCE = Set.of(
            "design", "designs", "without", "iommu", "scenario", "check", "until", "count", "held", "shows");

    private Claims() {}

    /** All of them, in the order of the thread. */
    public static List<Claim> all() {
        try (InputStream in = Claims.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException("there is no " + FILE);
            }
            return read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads them from a text. The file is ours: what is wrong with it is a defect, and told as one. */
    static List<Claim> read(String text) {
        List<?> entries = (List<?>) new Load(LoadSettings.builder().setLabel(FILE).build()).loadFromString(text);
        List<Claim> claims = new ArrayList<>();
        for (Object entry : entries) {
            Map<?, ?> claim = (Map<?, ?>) entry;
            List<Claim.Evidence> evidence = new ArrayList<>();
            for (Object item : (List<?>) required(claim, "evidence")) {
                evidence.add(evidence((Map<?, ?>) item));
            }
            claims.add(new Claim(
                    claims.size() + 1,
                    text(claim, "words"),
                    text(claim, "answer"),
                    text(claim, "because"),
                    evidence));
        }
        return List.copyOf(claims);
    }

    private static Claim.Evidence evidence(Map<?, ?> item) {
        for (Object key : item.keySet()) {
            if (!OF_EVIDENCE.contains(String.valueOf(key))) {
                throw new IllegalStateException(FILE + ": evidence has no '" + key + "'");
            }
        }
        String shows = text(item, "shows");
        if (item.containsKey("designs")) {
            return new Claim.Cost(
                    ((List<?>) required(item, "designs")).stream().map(name -> Variant.of(design(name))).toList(), shows);
        }
        Variant variant = variant(item);
        String iommu = text(item, "iommu");
        String scenario = text(item, "scenario");
        if (Catalogue.find(scenario).isEmpty()) {
            throw new IllegalStateException(FILE + ": no scenario " + scenario);
        }
        if (item.containsKey("until")) {
            int held = (Integer) required(item, "held");
            return new Claim.Holds(variant, iommu, scenario, text(item, "until"), text(item, "count"), held, shows);
        }
        Optional<String> check = item.containsKey("check") ? Optional.of(text(item, "check")) : Optional.empty();
        return new Claim.Search(variant, iommu, scenario, check, shows);
    }

    private static Variant variant(Map<?, ?> item) {
        EnumSet<Omission> omissions = EnumSet.noneOf(Omission.class);
        if (item.get("without") instanceof List<?> names) {
            for (Object name : names) {
                omissions.add(Omission.find(String.valueOf(name))
                        .orElseThrow(() -> new IllegalStateException(FILE + ": no omission " + name)));
            }
        }
        return new Variant(design(required(item, "design")), omissions);
    }

    private static Design design(Object name) {
        return Design.find(String.valueOf(name))
                .orElseThrow(() -> new IllegalStateException(FILE + ": no design " + name));
    }

    private static String text(Map<?, ?> map, String key) {
        return String.valueOf(required(map, key)).strip();
    }

    private static Object required(Map<?, ?> map, String key) {
        Object value = map.get(key);
        if (value == null) {
            throw new IllegalStateException(FILE + ": lacks '" + key + "' in " + map);
        }
        return value;
    }
}
