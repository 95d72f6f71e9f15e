package dev.pale.providers;

import dev.pale.providers.http.Http;
import dev.pale.providers.http.JdkHttp;
import dev.pale.providers.spi.Programs;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/**
 * The {@link Surroundings} of this process: its network and its programs. Closing ends the
 * connections. Thread-safe.
 */
public final class ProcessSurroundings implements AutoCloseable {
  private final Surroundings surroundings;
  private final JdkHttp http;

  private ProcessSurroundings(Surroundings surroundings, JdkHttp http) {
    this.surroundings = surroundings;
    this.http = http;
  }

  /**
   * Opens nothing before it is used.
   *
   * @param environment the caller's environment, which programs get too
   * @param cwd absolute
   * @throws PaleException 601 when the environment names no home folder
   */
  public static ProcessSurroundings of(
      Map<String, String> environment, Path cwd, long uid, Clock clock) {
    Map<String, String> own = Map.copyOf(environment);
    String home = own.getOrDefault("HOME", "");
    if (!home.startsWith("/")) {
      throw PaleException.of(
          601, "HOME is not set", "external stores keep their settings below it", "set HOME");
    }
    Surroundings.Variables variables = new Environment(own);
    JdkHttp http = JdkHttp.create(variables, clock);
    return new ProcessSurroundings(
        new Surroundings(variables, Path.of(home), cwd, uid, clock, http, programs(own, cwd)),
        http);
  }

  /** Programs of this machine, with a given environment. */
  static Programs programs(Map<String, String> environment, Path cwd) {
    return new LocalPrograms(environment, cwd);
  }

  /** What providers are opened with. */
  public Surroundings surroundings() {
    return surroundings;
  }

  /** The way to services. */
  public Http http() {
    return http;
  }

  @Override
  public void close() {
    http.close();
  }

  private static final class Environment implements Surroundings.Variables {
    private final Map<String, String> all;

    Environment(Map<String, String> all) {
      this.all = all;
    }

    @Override
    public String get(String name) {
      return all.getOrDefault(name, "");
    }

    @Override
    public Map<String, String> all() {
      return all;
    }
  }
}
