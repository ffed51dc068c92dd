/**
 * Simulation: the same reference kernel in {@linkplain org.svalinn.kernel.simulate.VirtualTime virtual time} instead of
 * under a search, on hardware that only takes its time: what does each design cost, for thousands of processes?
 *
 * <p>A {@link org.svalinn.kernel.simulate.Simulation} of {@link org.svalinn.kernel.simulate.Parameters} gives a {@link
 * org.svalinn.kernel.simulate.Result}, which is a function of the parameters and of nothing else.
 *
 * <p>Limits: software takes no time but where the platform says so (freeing a page, waiting for hardware); there are as
 * many processors as there are actors, so that nobody waits for one; what hardware remembers is not modelled, so the
 * checks that ask for it (`pasid-reuse`, stale translations) are the search's, not the simulation's.
 */
@NullMarked
package org.svalinn.kernel.simulate;

import org.jspecify.annotations.NullMarked;
