package dev.pale.gateway.trust;

import dev.pale.gateway.tls.SessionAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A gateway, and the variables of a child that goes through it. */
final class ClientFixture implements AutoCloseable {
  private final TestGateway gateway;
  private final Map<String, String> child;
  private final Path folder;

  ClientFixture(Path folder) throws IOException {
    this.folder = folder;
    SessionAuthority authority =
        SessionAuthority.create(InstantSource.system(), new SecureRandom());
    gateway = new TestGateway(authority);
    Map<String, String> caller = System.getenv();
    TrustFiles files =
        TrustFiles.write(
            folder.resolve("trust"),
            authority.certificatePem(),
            authority.certificateDer(),
            caller);
    ChildVariables variables =
        ChildVariables.of(files, gateway.authenticatedAddress(), gateway.plainAddress(), caller);
    child = new TreeMap<>(caller);
    child.keySet().removeAll(variables.unset());
    child.putAll(variables.set());
  }

  TestGateway gateway() {
    return gateway;
  }

  /** All variables, to be changed at will. */
  Map<String, String> child() {
    return new TreeMap<>(child);
  }

  /** Runs a program to its end; what it printed, both ways together. */
  String run(Map<String, String> environment, List<String> command) throws Exception {
    Path output = Files.createTempFile(folder, "output", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("did not end: " + command + "\n" + Files.readString(output));
    }
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    gateway.close();
  }
}
