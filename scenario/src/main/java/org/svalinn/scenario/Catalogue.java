package org.svalinn.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The scenarios that come with Svalinn, in the order in which they are best read. */
public final class Catalogue {
    private static final List<String> NAMES = List.of(
            "bind",
            "exit-before-close",
            "close-while-exiting",
            "exit-while-mapped",
            "kill-while-bound",
            "two-devices",
            "unmap-while-closing",
            "oom-while-bound",
            "fault-while-exiting",
            "dma-while-exit",
            "munmap-while-dma",
            "fault-while-unbind",
            "drain-before-reuse",
            "oom-while-dma",
            "bind-while-exiting",
            "reuse-after-exit",
            "exec-while-bound",
            "protect-while-dma",
            "enqcmd-after-fork",
            "oom-stuck-device",
            "dma-while-closing",
            "ats-fault-while-unbind",
            "ats-munmap-while-dma",
            "cmdq-race");

    private Catalogue() {}

    public static List<String> names() {
        return NAMES;
    }

    public static List<Scenario> all() {
        return NAMES.stream().map(name -> find(name).orElseThrow()).toList();
    }

    /** The scenario of that name, or empty. */
    public static Optional<Scenario> find(String name) {
        if (!NAMES.contains(name)) {
            return Optional.empty();
        }
        String file = name + ".yaml";
        try (InputStream in = Catalogue.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the catalogue lacks " + file);
            }
            return Optional.of(ScenarioReader.read(file, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
