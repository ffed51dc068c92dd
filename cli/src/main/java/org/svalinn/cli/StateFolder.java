package org.svalinn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.zip.CRC32;
import org.svalinn.report.Recording;

/** The folder of recorded schedules and of the details of failures. */
record StateFolder(Path path) {
    /**
     * Saves a recording; the same counterexample always has the same name.
     *
     * @throws IOException when it cannot, for instance for want of room
     */
    Path save(Recording recording) throws IOException {
        String text = recording.text();
        CRC32 sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        String check = recording.violation().check().replaceAll("[^a-z0-9]+", "-");
        return write("%s-%s-%08x.json".formatted(recording.scenario(), check, sum.getValue()), text);
    }

    /** Saves the details of a failure of Svalinn itself. */
    Path save(Throwable failure) throws IOException {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        CRC32 sum = new CRC32();
        sum.update(text.toString().getBytes(StandardCharsets.UTF_8));
        return write("failure-%08x.txt".formatted(sum.getValue()), text.toString());
    }

    /** Whole or not at all: a reader never sees half of a file. */
    private Path write(String name, String text) throws IOException {
        Files.createDirectories(path);
        Path file = path.resolve(name);
        Path partial = Files.createTempFile(path, name, ".part");
        try {
            Files.writeString(partial, text);
            move(partial, file);
        } finally {
            Files.deleteIfExists(partial);
        }
        return file;
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Why an operation on a file failed, in a few words. */
    static String reason(IOException e) {
        String kind = e.getClass().getSimpleName().replace("Exception", "").replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
        String message = e.getMessage();
        return message == null || message.isEmpty() ? kind : e.getClass() == IOException.class ? message : kind + ": " + message;
    }
}
