package org.svalinn.scenario;

import java.util.Optional;

/** One thing that an actor of a scenario does: a system call, a signal, or what hardware does by itself. */
public sealed interface Action {
    /** open(2) of the device's file: its driver binds the caller's mm. Written {@code open DEVICE}. */
    record Open(String device) implements Action {}

    /** close(2) of the device's file: the last close of it unbinds. Written {@code close DEVICE}. */
    record Close(String device) implements Action {}

    /** mmap(2) of one page, of the device's file or anonymous. Written {@code map DEVICE} or {@code map}. */
    record Map(Optional<String> device) implements Action {}

    /** A store of user space to the anonymous page mapped last: it is there from then on. Written {@code touch}. */
    record Touch() implements Action {}

    /** munmap(2) of the page mapped last. Written {@code unmap}. */
    record Unmap() implements Action {}

    /** mprotect(2) of the page mapped last: from then on it can only be read. Written {@code protect}. */
    record Protect() implements Action {}

    /** mremap(2) of the page mapped last to an address where nothing is. Written {@code remap}. */
    record Remap() implements Action {}

    /** execve(2): a new mm, and the old one is put; files that are open stay so. Written {@code exec}. */
    record Exec() implements Action {}

    /**
     * ENQCMD to the device's portal: work with the PASID of the task's own mm, which writes to the anonymous page that the
     * task mapped first; waits until it is done. Written {@code enqcmd DEVICE}.
     */
    record Enqcmd(String device) implements Action {}

    /** fork(2): the child gets a copy of the mm and of the file table. Written {@code fork TASK}. */
    record Fork(String child) implements Action {}

    /** clone(2) of a thread: it shares the mm and the file table. Written {@code thread TASK}. */
    record StartThread(String thread) implements Action {}

    /** The task does no more, and lives on: what is its own at the end is no leak. Written {@code stay}. */
    record Stay() implements Action {}

    /** exit(2); every task's last action, written or not, unless it stays. Written {@code exit}. */
    record Exit() implements Action {}

    /** wait4(2): goes on when that task has exited. Written {@code wait TASK}. */
    record Wait(String task) implements Action {}

    /** SIGKILL: the victim exits instead of making its next system call. Written {@code kill TASK}. */
    record Kill(String victim) implements Action {}

    /** The OOM killer picks this process; its reaper frees what it can. Written {@code oom-kill TASK}. */
    record OomKill(String victim) implements Action {}

    /** A page request by a device, for the PASID that the task's mm had after the setup. Written {@code request TASK}. */
    record Request(String task) implements Hardware {}

    /** A DMA read of the anonymous page that the task mapped first, with that PASID. Written {@code read TASK}. */
    record Read(String task) implements Hardware {}

    /** The same, and a DMA write. Written {@code write TASK}. */
    record Write(String task) implements Hardware {}

    /** What a device does by itself, until its driver stops it, with the PASID of a task. */
    sealed interface Hardware extends Action {
        String task();
    }

    /** The action as a scenario file has it. */
    default String text() {
        return switch (this) {
            case Open open -> "open " + open.device();
            case Close close -> "close " + close.device();
            case Map map -> map.device().map(device -> "map " + device).orElse("map");
            case Touch _ -> "touch";
            case Unmap _ -> "unmap";
            case Protect _ -> "protect";
            case Remap _ -> "remap";
            case Exec _ -> "exec";
            case Enqcmd enqcmd -> "enqcmd " + enqcmd.device();
            case Fork fork -> "fork " + fork.child();
            case StartThread start -> "thread " + start.thread();
            case Exit _ -> "exit";
            case Stay _ -> "stay";
            case Wait wait -> "wait " + wait.task();
            case Kill kill -> "kill " + kill.victim();
            case OomKill kill -> "oom-kill " + kill.victim();
            case Request request -> "request " + request.task();
            case Read read -> "read " + read.task();
            case Write write -> "write " + write.task();
        };
    }
}
