package org.svalinn.source.compile;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value made when it is first asked for. */
final class Lazy<T> {
    private @Nullable Supplier<T> supplier;
    private @Nullable T value;

    Lazy(Supplier<T> supplier) {
        this.supplier = supplier;
    }

    static <T> Lazy<T> of(T value) {
        return new Lazy<>(() -> value);
    }

    T get() {
        Supplier<T> maker = supplier;
        if (maker != null) {
            value = maker.get();
            supplier = null;
        }
        return Objects.requireNonNull(value);
    }
}
