package dev.pale.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.providers.ProviderTypes;
import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.ProviderType;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the tests of local stores share. */
final class Locals {
  private Locals() {}

  static ProviderType type(String kind) {
    return ProviderTypes.all().stream()
        .filter(each -> each.kind().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  static Provider open(FakeMachine machine, String kind) {
    return open(machine, kind, Map.of(), Map.of());
  }

  static Provider open(
      FakeMachine machine,
      String kind,
      Map<String, String> plain,
      Map<String, String> credentials) {
    Map<String, SecretValue> secret = new HashMap<>();
    credentials.forEach((name, value) ->
        secret.put(name, SecretValue.owning(name, value.getBytes(StandardCharsets.UTF_8))));
    return type(kind).open(new ProviderSettings(kind, plain, secret), machine.surroundings());
  }

  static Outcome one(Provider provider, String reference) {
    Reference parsed = Reference.parse(reference);
    return provider.read(List.of(parsed)).get(parsed);
  }

  static String text(Provider provider, String reference) {
    Outcome outcome = one(provider, reference);
    assertThat(outcome).as(String.valueOf(outcome)).isInstanceOf(Outcome.Found.class);
    return new String(
        ((Outcome.Found) outcome).value().bytes(Reveal.COMPARE), StandardCharsets.UTF_8);
  }

  static PaleException failure(Provider provider, String reference) {
    Outcome outcome = one(provider, reference);
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    return ((Outcome.Failed) outcome).failure();
  }

  static Path script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  /** Runs a program for the preparation of a test; its output. */
  static String run(Map<String, String> environment, String input, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  static boolean has(String program) {
    return Files.isExecutable(Path.of("/usr/bin", program));
  }
}
