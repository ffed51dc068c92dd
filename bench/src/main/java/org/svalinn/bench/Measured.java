package org.svalinn.bench;

/** What is measured, in the order in which people read it. */
public enum Measured {
    READ("read of 8 bytes of memory", MemoryBenchmark.class, "read", 1, Bar.NONE),
    TABLES("walk of four levels, walker alone", WalkerBenchmark.class, "walk", 2, Bar.NONE),
    HIT("IOTLB hit", IommuBenchmark.class, "hit", 2, new Bar(39, 106)),
    WALK("walk of four levels, configuration cached", IommuBenchmark.class, "walk", 2, new Bar(175, 295)),
    NOTHING_CACHED("walk of four levels, nothing cached", IommuBenchmark.class, "nothingCached", 2, new Bar(228, 421)),
    ATS("ATS translation request, walk of four levels", IommuBenchmark.class, "translationRequest", 2, new Bar(163, 390)),
    PAGE_REQUEST("page request, queued and taken", IommuBenchmark.class, "pageRequest", 2, new Bar(17, 27)),
    PAGE_REQUEST_ROUND_TRIP("page request to response", CommandBenchmark.class, "pageRequestRoundTrip", 2, Bar.NONE),
    INVALIDATION("invalidation of a page, queued and done", CommandBenchmark.class, "invalidation", 2, new Bar(22, 35)),
    INVALIDATION_AND_WAIT("the same, and its completion awaited", CommandBenchmark.class, "invalidationAndWait", 2, Bar.NONE),
    MAKING("making memory, IOMMU and a bound device", MakingBenchmark.class, "make", 2, Bar.limit(5000));

    private final String text;
    private final String benchmark;
    private final Bar bar;
    private final int variants;

    Measured(String text, Class<?> benchmark, String method, int variants, Bar bar) {
        this.text = text;
        this.benchmark = benchmark.getName() + "." + method;
        this.bar = bar;
        this.variants = variants;
    }

    /** In words. */
    public String text() {
        return text;
    }

    /** On how many IOMMUs or page-table formats it is measured. */
    int variants() {
        return variants;
    }

    /** JMH's name of it. */
    String benchmark() {
        return benchmark;
    }

    public Bar bar() {
        return bar;
    }
}
