package org.svalinn.bench;

/** What is measured, in the order in which people read it. */
public enum Measured {
    READ("read of 8 bytes of memory", MemoryBenchmark.class, "read", Bar.NONE),
    TABLES("walk of four levels, walker alone", WalkerBenchmark.class, "walk", Bar.NONE),
    HIT("IOTLB hit", IommuBenchmark.class, "hit", new Bar(39, 106)),
    WALK("walk of four levels, configuration cached", IommuBenchmark.class, "walk", new Bar(175, 295)),
    NOTHING_CACHED("walk of four levels, nothing cached", IommuBenchmark.class, "nothingCached", new Bar(228, 421)),
    ATS("ATS translation request, walk of four levels", IommuBenchmark.class, "translationRequest", new Bar(163, 390)),
    PAGE_REQUEST("page request, queued and taken", IommuBenchmark.class, "pageRequest", new Bar(17, 27)),
    PAGE_REQUEST_ROUND_TRIP("page request to response", IommuBenchmark.class, "pageRequestRoundTrip", Bar.NONE),
    INVALIDATION("invalidation of a page, queued and done", IommuBenchmark.class, "invalidation", new Bar(22, 35)),
    INVALIDATION_AND_WAIT("the same, and its completion awaited", IommuBenchmark.class, "invalidationAndWait", Bar.NONE),
    MAKING("making memory, IOMMU and a bound device", MakingBenchmark.class, "make", Bar.limit(5000));

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
