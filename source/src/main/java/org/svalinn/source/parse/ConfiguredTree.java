package org.svalinn.source.parse;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.svalinn.source.tree.SourceTree;
import org.svalinn.source.tree.Stamps;

/**
 * A tree as a build would leave it: the sources, and the generated headers where the build puts them. Headers that
 * a build has left in the tree itself are for another configuration and are not seen.
 *
 * <p>Besides the headers of {@link GeneratedHeaders} there are the one-line wrappers by which {@code <asm/x.h>}
 * means {@code <asm-generic/x.h>} where the architecture has no header of its own.
 */
final class ConfiguredTree implements SourceTree {
    private final SourceTree sources;
    private final String arch;
    private final String generated;
    private final Map<String, String> headers;

    ConfiguredTree(SourceTree sources, Configuration configuration) {
        this.sources = sources;
        this.arch = "arch/" + configuration.architecture() + "/include/";
        this.generated = arch + "generated/";
        this.headers = new GeneratedHeaders(sources, configuration).all();
    }

    @Override
    public String name() {
        return sources.name();
    }

    @Override
    public boolean exists(String path) {
        if (!isGenerated(path)) {
            return sources.exists(path);
        }
        return headers.containsKey(path) || wrapped(path) != null;
    }

    @Override
    public @Nullable String text(String path) {
        if (!isGenerated(path)) {
            return sources.text(path);
        }
        String header = headers.get(path);
        if (header == null) {
            String target = wrapped(path);
            return target == null ? null : "#include <" + target + ">\n";
        }
        return header;
    }

    @Override
    public @Nullable String stamp(String path) {
        if (!isGenerated(path)) {
            return sources.stamp(path);
        }
        String text = text(path);
        return text == null ? null : Stamps.of(text);
    }

    private boolean isGenerated(String path) {
        return path.startsWith("include/generated/") || path.startsWith(generated);
    }

    /** What the wrapper at {@code path} includes; null when a build puts no wrapper there. */
    private @Nullable String wrapped(String path) {
        if (!path.startsWith(generated)) {
            return null;
        }
        String inner = path.substring(generated.length());
        boolean user = inner.startsWith("uapi/");
        String header = user ? inner.substring("uapi/".length()) : inner;
        if (!header.startsWith("asm/")) {
            return null;
        }
        String generic = "asm-generic/" + header.substring("asm/".length());
        if (sources.exists(arch + "uapi/" + header) || (!user && sources.exists(arch + header))) {
            return null;
        }
        return sources.exists((user ? "include/uapi/" : "include/") + generic) ? generic : null;
    }
}
