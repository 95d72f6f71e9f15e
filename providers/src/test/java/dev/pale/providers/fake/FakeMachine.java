package dev.pale.providers.fake;

import dev.pale.providers.http.Http;
import dev.pale.providers.http.JdkHttp;
import dev.pale.providers.http.Pace;
import dev.pale.providers.spi.Programs;
import dev.pale.providers.spi.Surroundings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A machine for tests: real network and programs, its own environment, no waiting for retries. */
public final class FakeMachine implements AutoCloseable {
  /** What a fake machine's clock says unless another is given. */
  public static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-20T12:00:00Z"), ZoneOffset.UTC);

  private final Map<String, String> variables = new HashMap<>();
  private final List<Duration> naps = new CopyOnWriteArrayList<>();
  private final Path home;
  private Duration longest = Duration.ofSeconds(30);
  private Clock clock = CLOCK;
  private JdkHttp http;

  /** With a home folder that is also the working folder. */
  public FakeMachine(Path home) {
    this.home = home;
    variables.put("HOME", home.toString());
    variables.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
  }

  /** Sets a variable of the environment. */
  public FakeMachine set(String name, String value) {
    variables.put(name, value);
    return this;
  }

  /** Bounds all calls, for slow servers. Before the first {@link #surroundings}. */
  public FakeMachine longest(Duration most) {
    longest = most;
    return this;
  }

  /** Another time. */
  public FakeMachine clock(Clock other) {
    clock = other;
    return this;
  }

  /** How long retries would have waited. */
  public List<Duration> naps() {
    return List.copyOf(naps);
  }

  /** The network. */
  public Http http() {
    if (http == null) {
      http = JdkHttp.create(this::variable, clock, pace(), longest);
    }
    return http;
  }

  /** What a provider is opened with. */
  public Surroundings surroundings() {
    return new Surroundings(environment(), home, home, uid(home), clock, http(), programs());
  }

  /** The programs. */
  public Programs programs() {
    return dev.pale.providers.TestPrograms.of(variables, home);
  }

  private String variable(String name) {
    return variables.getOrDefault(name, "");
  }

  private Surroundings.Variables environment() {
    return new Surroundings.Variables() {
      @Override
      public String get(String name) {
        return variable(name);
      }

      @Override
      public Map<String, String> all() {
        return Map.copyOf(variables);
      }
    };
  }

  private static long uid(Path home) {
    try {
      return ((Integer) java.nio.file.Files.getAttribute(home, "unix:uid")).longValue();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Pace pace() {
    Pace real = Pace.real();
    return new Pace() {
      @Override
      public long nanoTime() {
        return real.nanoTime();
      }

      @Override
      public void sleep(Duration time) {
        naps.add(time);
      }

      @Override
      public double random() {
        return 0.5;
      }
    };
  }

  @Override
  public void close() {
    if (http != null) {
      http.close();
    }
  }
}
