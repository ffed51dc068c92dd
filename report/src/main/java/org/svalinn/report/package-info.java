/**
 * What came of a run, for people and for tools: verdicts, counterexamples, holders of counts and floors, as text and as
 * JSON, and {@linkplain org.svalinn.report.Recording recorded schedules} that can be replayed.
 *
 * <p>Everything here is a function of its arguments: nothing is printed, looked up or decided. Text is plain ASCII, so
 * that it can go into a mail; colour only adds to it.
 *
 * <p>Limits: the schedule of a counterexample is told in columns down to 72 characters; narrower screens wrap.
 */
@NullMarked
package org.svalinn.report;

import org.jspecify.annotations.NullMarked;
