package org.svalinn.bench;

/** What is measured, in the order in which people read it. */
public enum Measured {
    READ("read of 8 bytes of memory", MemoryBenchmark.class, "read", Bar.NONE),
    TABLES("walk of four levels, walker alone", WalkerBenchmark.class, "walk", Bar.NONE);

    private final String text;
    private final String benchmark;
    private final Bar bar;

    Measured(String text, Class<?> benchmark, String method, Bar bar) {
        this.text = text;
        this.benchmark = benchmark.getName() + "." + method;
        this.bar = bar;
    }

    /** In words. */
    public String text() {
        return text;
    }

    /** JMH's name of it. */
    String benchmark() {
        return benchmark;
    }

    public Bar bar() {
        return bar;
    }
}
