package dev.pale.providers.onepassword;

import dev.pale.providers.spi.Programs;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * 1Password's own program. Runs once at a time: each run may ask a person for a fingerprint. The
 * token goes through its environment, never on its command line.
 */
final class OpProgram implements AutoCloseable {
  /** Long enough for a person to find the sensor. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final int MOST_BYTES = 32 << 20;

  private final Programs programs;
  private final Optional<String> path;
  private final Map<String, SecretValue> extra = new HashMap<>();

  /**
   * Opens nothing yet.
   *
   * @param path of the program, when it is not the {@code op} on the PATH
   * @param token of a service account; empty for the caller's own way of signing in
   * @param account which of several accounts; empty for the program's own choice
   * @param hidesConnect whether the caller's variables for a Connect server must not reach it
   */
  OpProgram(
      Programs programs,
      Optional<String> path,
      Optional<String> token,
      Optional<String> account,
      boolean hidesConnect) {
    this.programs = programs;
    this.path = path;
    token.ifPresent(text -> extra("OP_SERVICE_ACCOUNT_TOKEN", text));
    // Whoever likes JSON has set this to it; values are wanted as they are.
    extra("OP_FORMAT", "human-readable");
    account.ifPresent(text -> extra("OP_ACCOUNT", text));
    if (hidesConnect) {
      extra("OP_CONNECT_HOST", "");
      extra("OP_CONNECT_TOKEN", "");
    }
  }

  private void extra(String name, String value) {
    extra.put(name, SecretValue.owning(name, value.getBytes(StandardCharsets.UTF_8)));
  }

  /** Runs it; the caller closes what it left. */
  synchronized Programs.Result run(byte[] input, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(path.orElseGet(() -> programs.find("op").toString()));
    command.addAll(List.of(arguments));
    return programs.run(command, extra, input, LIMIT, MOST_BYTES);
  }

  /** The error for a failure that concerns all references. */
  static PaleException failure(OpError error, int status) {
    String why = "op ended with status " + status;
    return switch (error.kind()) {
      case SIGNED_OUT ->
          PaleException.of(
              611,
              "1Password's program is not signed in",
              why,
              "unlock the 1Password app, run 'op signin', or set OP_SERVICE_ACCOUNT_TOKEN");
      case LIMITED ->
          PaleException.of(
              614, "1Password counts requests, and there were too many", why, "wait a while");
      case OFFLINE -> PaleException.of(602, "1Password's program has no connection", why, "");
      default -> PaleException.of(614, "1Password's program failed", why, "run 'op whoami'");
    };
  }

  @Override
  public void close() {
    extra.values().forEach(SecretValue::close);
  }
}
