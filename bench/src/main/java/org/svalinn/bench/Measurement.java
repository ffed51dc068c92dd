package org.svalinn.bench;

/**
 * One operation, measured.
 *
 * @param on the IOMMU or page-table format; empty where there is only one
 * @param nanos of one operation, on average
 * @param error half of the 99.9 % confidence interval of that, in nanoseconds
 */
public record Measurement(Measured measured, String on, double nanos, double error) {}
