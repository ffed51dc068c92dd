/**
 * What processes and devices do, and what a kernel that runs it must never do.
 *
 * <p>A {@link org.svalinn.scenario.Scenario} is a short file: a setup that runs once, then actors that run at their own
 * pace. {@link org.svalinn.scenario.Catalogue} holds those that come with Svalinn; anyone can write another.
 *
 * <p>Limits: at most eight tasks and four devices; a task's actions are a fixed list, without loops or conditions.
 */
@NullMarked
package org.svalinn.scenario;

import org.jspecify.annotations.NullMarked;
