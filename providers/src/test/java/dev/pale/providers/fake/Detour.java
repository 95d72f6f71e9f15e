package dev.pale.providers.fake;

import dev.pale.providers.http.Http;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.HttpCall;
import dev.pale.providers.http.Origin;
import dev.pale.providers.spi.Surroundings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Leads requests for real hosts to fakes, so that a provider is tested with the addresses that it
 * has without settings. A request for any other host is an error of the test, and is kept.
 */
public final class Detour implements Http {
  private final Http http;
  private final Map<String, Origin> ways = new HashMap<>();
  private final List<String> elsewhere = new CopyOnWriteArrayList<>();

  /** With the network of a machine. */
  public Detour(Http http) {
    this.http = http;
  }

  /** Leads an address to a fake. */
  public Detour lead(String address, FakeServer fake) {
    ways.put(address, fake.origin());
    return this;
  }

  /** Addresses that were asked for and lead nowhere. */
  public List<String> elsewhere() {
    return List.copyOf(elsewhere);
  }

  /** The same machine with this network. */
  public Surroundings in(Surroundings machine) {
    return new Surroundings(
        machine.variables(),
        machine.home(),
        machine.cwd(),
        machine.uid(),
        machine.clock(),
        this,
        machine.programs());
  }

  @Override
  public HttpAnswer send(HttpCall call) {
    Origin to = ways.get(call.origin().text());
    if (to == null) {
      elsewhere.add(call.origin().text());
      throw new AssertionError("nothing may be asked of " + call.origin());
    }
    HttpCall other =
        HttpCall.of(to, call.method(), call.target())
            .over(call.tls())
            .within(call.limit())
            .maxAnswer(call.maxAnswerBytes());
    String type = "";
    for (String[] header : call.headers()) {
      if (header[0].equals("Content-Type")) {
        type = header[1];
      } else {
        other.header(header[0], header[1]);
      }
    }
    if (!type.isEmpty()) {
      other.body(type, call.bodyBytes());
    }
    return http.send(call.isRepeatable() ? other.repeatable() : other);
  }
}
