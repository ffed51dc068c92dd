/**
 * How fast the machine is without an explorer, operation by operation.
 *
 * <p>{@link org.svalinn.bench.MachineBench} runs the benchmarks, each in a Java of its own, so that none profits or suffers
 * from what another made the compiler believe. What they measure is an IOMMU as its driver set it up, on a {@link
 * org.svalinn.bench.Board}: tables and queues in memory, commands through registers. That they measure what they say (that a
 * hit reads nothing, and a walk every level) is itself tested, by counting steps.
 *
 * <p>Public for JMH, which needs it: the benchmarks and their boards. Meant for callers: MachineBench, {@link
 * org.svalinn.bench.Measurement}, {@link org.svalinn.bench.Measured}, {@link org.svalinn.bench.Bar}.
 */
@NullMarked
package org.svalinn.bench;

import org.jspecify.annotations.NullMarked;
