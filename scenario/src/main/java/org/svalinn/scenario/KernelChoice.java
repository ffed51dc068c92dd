package org.svalinn.scenario;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.svalinn.source.tree.BadInput;

/**
 * Which kernel source to take when the user named none: the newest source package of the distribution that is of a version
 * whose files Svalinn knows, else the newest of all.
 */
record KernelChoice(Path path, String why) {
    private static final Pattern PACKAGE = Pattern.compile("linux-source-(\\d+)\\.(\\d+)(?:\\.(\\d+))?(?:\\.tar\\.xz)?");

    /** The version and patch level whose files the harness is written for. */
    private static final int[] KNOWN = {6, 1};

    static KernelChoice of(Optional<Path> named, Path packages) {
        return named.map(path -> new KernelChoice(path, "")).orElseGet(() -> newest(packages));
    }

    private static KernelChoice newest(Path packages) {
        return found(packages).stream()
                .max(Comparator.comparing(KernelChoice::isKnown)
                        .thenComparing(KernelChoice::version, KernelChoice::compare)
                        .thenComparing(Path::toString))
                .map(path -> new KernelChoice(
                        path, "the newest " + (isKnown(path) ? "6.1 " : "") + "source package under " + packages))
                .orElseThrow(() -> new BadInput("no kernel source under " + packages
                        + ": install one (Debian: apt install linux-source-6.1) or name one with --kernel DIR or --kernel FILE.tar.xz"));
    }

    private static List<Path> found(Path packages) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(packages, "linux-source-*")) {
            for (Path entry : entries) {
                boolean archive = entry.getFileName().toString().endsWith(".tar.xz");
                if (PACKAGE.matcher(entry.getFileName().toString()).matches() && (archive || Files.isDirectory(entry))) {
                    found.add(entry);
                }
            }
        } catch (IOException e) {
            return found;
        }
        return found;
    }

    private static boolean isKnown(Path path) {
        int[] version = version(path);
        return version[0] == KNOWN[0] && version[1] == KNOWN[1];
    }

    private static int[] version(Path path) {
        Matcher matcher = PACKAGE.matcher(path.getFileName().toString());
        if (!matcher.matches()) {
            throw new IllegalStateException("not a source package: " + path);
        }
        String sublevel = matcher.group(3);
        return new int[] {
            Integer.parseInt(matcher.group(1)),
            Integer.parseInt(matcher.group(2)),
            sublevel == null ? 0 : Integer.parseInt(sublevel)
        };
    }

    private static int compare(int[] a, int[] b) {
        return java.util.Arrays.compare(a, b);
    }
}
