package org.svalinn.source.node;

/** A place in a function that control can jump to: a label, a case. */
public final class Label {
    private final String name;

    public Label(String name) {
        this.name = name;
    }

    @Override
    public String toString() {
        return name;
    }
}
