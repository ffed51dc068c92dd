package org.svalinn.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, in a copy of the house that has a jar but no sources, with Javas that only print how they were called. */
class LauncherTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir Path folder;

    private Path house = Path.of("");
    private Path jvms = Path.of("");

    private record Result(int status, String out, String err) {}

    @BeforeEach
    void buildTheHouse() throws IOException {
        house = folder.resolve("a house");
        jvms = Files.createDirectories(folder.resolve("jvms"));
        Files.createDirectories(house.resolve("cli/src/main/sh"));
        Files.createDirectories(house.resolve("cli/target/lib"));
        Files.copy(ROOT.resolve("svalinn"), house.resolve("svalinn"));
        Files.copy(ROOT.resolve("cli/src/main/sh/jdk.sh"), house.resolve("cli/src/main/sh/jdk.sh"));
        Files.createFile(house.resolve("cli/target/svalinn-cli-1.jar"));
    }

    private Path jdk(String name, String version) throws IOException {
        Path jdk = jvms.resolve(name);
        Path bin = Files.createDirectories(jdk.resolve("bin"));
        for (String tool : List.of("java", "javac")) {
            executable(bin.resolve(tool), "echo " + name + "\nfor word; do echo \"[$word]\"; done\nexit 7");
        }
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"Toy\"\nJAVA_VERSION=\"" + version + "\"\n");
        return jdk;
    }

    private static void executable(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Runs a script with an empty PATH: nothing of this machine helps it. */
    private Result run(Path script, Map<String, String> variables, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("HOME", folder.toString(), "SVALINN_JVMS", jvms.toString(), "PATH", "/nowhere"));
        builder.environment().putAll(variables);
        Path err = folder.resolve("err");
        Process process = builder.redirectError(err.toFile()).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), out, Files.readString(err));
    }

    @Test
    void withoutAJdkItSaysWhatToInstall() throws Exception {
        Result result = run(house.resolve("svalinn"), Map.of(), "--version");
        assertThat(result.status()).isEqualTo(3);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("svalinn: no JDK 25 found").contains("sudo apt install openjdk-25-jdk", "Temurin 25");
    }

    @Test
    void anOlderJdkIsPassedOver() throws Exception {
        jdk("jdk-17.0.25", "17.0.25");
        assertThat(run(house.resolve("svalinn"), Map.of()).status()).isEqualTo(3);
        jdk("jdk-25", "25.0.1");
        Result result = run(house.resolve("svalinn"), Map.of());
        assertThat(result.out()).startsWith("jdk-25\n");
        assertThat(result.status()).as("the status of the program").isEqualTo(7);
    }

    @Test
    void theUsersOwnChoiceComesFirst() throws Exception {
        jdk("jdk-25", "25.0.1");
        Path other = jdk("vendor", "25.0.3");
        assertThat(run(house.resolve("svalinn"), Map.of("JAVA_HOME", other.toString())).out()).startsWith("vendor\n");
        assertThat(run(house.resolve("svalinn"), Map.of("JAVA25_HOME", other.toString())).out()).startsWith("vendor\n");
        Path old = jdk("old", "17.0.2");
        assertThat(run(house.resolve("svalinn"), Map.of("JAVA_HOME", old.toString())).out()).startsWith("jdk-25\n");
    }

    @Test
    void javaOnThePathIsFoundThroughItsLinks() throws Exception {
        Path jdk = jdk("elsewhere", "25");
        Path bin = toolbox("readlink");
        Files.createSymbolicLink(bin.resolve("java"), jdk.resolve("bin/java"));
        assertThat(run(house.resolve("svalinn"), Map.of("PATH", bin.toString())).out()).startsWith("elsewhere\n");
    }

    /** A folder with these tools of the machine, and nothing else. */
    private Path toolbox(String... tools) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String tool : tools) {
            executable(bin.resolve(tool), "exec " + tool(tool) + " \"$@\"");
        }
        return bin;
    }

    private static Path tool(String name) {
        return Arrays.stream(requireNonNull(System.getenv("PATH")).split(":"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void argumentsArriveAsTheyWereTyped() throws Exception {
        jdk("jdk-25", "25.0.1");
        Result result = run(house.resolve("svalinn"), Map.of("SVALINN_JAVA_OPTIONS", "-Xmx8g -Xss2m"), "pins", "bind", "--until", "open accel", "*");
        assertThat(result.out())
                .contains("[-Xmx8g]\n[-Xss2m]\n", "[" + house.resolve("cli/target/svalinn-cli-1.jar") + "]")
                .endsWith("[pins]\n[bind]\n[--until]\n[open accel]\n[*]\n")
                .contains("[-Dsvalinn.command=" + house.resolve("svalinn") + "]", "[-Dsvalinn.terminals=]");
    }

    @Test
    void itFindsItsHouseThroughLinks() throws Exception {
        jdk("jdk-25", "25.0.1");
        Files.createSymbolicLink(folder.resolve("one"), house.resolve("svalinn"));
        Path link = Files.createSymbolicLink(Files.createDirectories(folder.resolve("deep")).resolve("two"), Path.of("../one"));
        Result result = run(link, Map.of("PATH", toolbox("readlink").toString()));
        assertThat(result.out()).contains("[" + house.resolve("cli/target/svalinn-cli-1.jar") + "]");
    }

    @Test
    void whatIsNeitherBuiltNorBuildableIsSaid() throws Exception {
        jdk("jdk-25", "25.0.1");
        Files.delete(house.resolve("cli/target/svalinn-cli-1.jar"));
        Result result = run(house.resolve("svalinn"), Map.of());
        assertThat(result.status()).isEqualTo(3);
        assertThat(result.err()).contains("neither a built program");
        Files.createFile(house.resolve("pom.xml"));
        assertThat(run(house.resolve("svalinn"), Map.of("PATH", toolbox("mkdir").toString())).err()).contains("Maven is missing", "apt install maven");
    }
}
