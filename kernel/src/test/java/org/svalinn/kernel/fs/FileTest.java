package org.svalinn.kernel.fs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.svalinn.kernel.sync.Core;
import org.svalinn.kernel.sync.Trial;
import org.svalinn.kernel.sync.WorkQueue;

class FileTest {
    @Test
    void theLastReferenceReleasesOnTheWayBackToUserSpace() {
        assertThat(Trial.outcomes(core -> {
                    StringBuilder log = new StringBuilder();
                    File file = new File(core, "/dev/a", released -> log.append(core.scheduler().currentName()));
                    file.get();
                    for (String name : new String[] {"one", "two"}) {
                        core.scheduler().spawn(name, () -> {
                            file.put();
                            core.taskWork().run();
                        });
                    }
                    return () -> log + " " + file.isFreed();
                }))
                .containsExactly("one true", "two true");
    }

    @Test
    void aTaskThatDoesNotReturnDoesNotRelease() {
        assertThat(Trial.outcomes(core -> {
                    File file = new File(core, "file", released -> {});
                    core.scheduler().spawn("task", file::put);
                    return () -> "" + file.isFreed();
                }))
                .containsExactly("false");
    }

    @Test
    void aWorkerReleasesWhenItsWorkIsDone() {
        assertThat(Trial.outcomes(core -> {
                    WorkQueue queue = new WorkQueue(core, "queue");
                    File file = new File(core, "file", released -> {});
                    core.scheduler().spawnDaemon("worker", queue::serve);
                    core.scheduler().spawn("task", () -> queue.queue(file::put));
                    return () -> "" + file.isFreed();
                }))
                .containsExactly("true");
    }

    @Test
    void aReleasedFileIsNotUsed() {
        assertThat(Trial.checks(core -> puts(core, 2))).containsExactly("refcount", "use-after-free");
        assertThat(Trial.checks(core -> puts(core, 1))).isEmpty();
    }

    private static void puts(Core core, int times) {
        File file = new File(core, "file", released -> {});
        core.scheduler().spawn("task", () -> {
            for (int i = 0; i < times; i++) {
                file.put();
                core.taskWork().run();
            }
        });
    }
}
