package org.svalinn.explore;

/**
 * What a search did.
 *
 * @param executions runs made
 * @param classes runs that went to their end: equivalence classes of interleavings, when the search was exhaustive
 * @param pruned runs stopped because everything after them had been explored
 * @param steps visible operations taken, replayed ones included
 * @param longest steps in the longest run
 * @param millis elapsed time
 */
public record Coverage(long executions, long classes, long pruned, long steps, int longest, long millis) {}
