package org.svalinn.cli;

import java.util.List;

/** The process. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Environment environment = Environment.ofProcess(LaboratoryWorkshop::open);
        System.exit(run(environment, arguments));
    }

    /** Executes one command line; gives the exit status. */
    static int run(Environment environment, String... arguments) {
        int status;
        try {
            status = SvalinnCommand.in(environment).execute(arguments);
        } catch (StackOverflowError | OutOfMemoryError e) {
            status = new Failures(environment).of(e, List.of(arguments));
        }
        environment.out().flush();
        environment.err().flush();
        if (environment.out().checkError() && status == ExitStatus.VERIFIED) {
            environment.err().println(environment.command() + ": standard output could not be written");
            return ExitStatus.UNPROVED;
        }
        return status;
    }
}
