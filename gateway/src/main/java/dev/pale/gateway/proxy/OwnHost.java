package dev.pale.gateway.proxy;

import dev.pale.gateway.http.HttpOutput;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.name.HostName;
import dev.pale.gateway.trust.Sightings;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway answers for {@code gateway.pale.invalid}, to its own clients only: {@code
 * /ping/NONCE} proves that a program goes through it, {@code /explain?url=…&method=…} tells why a
 * request would be refused; and for the probes of {@code pale gateway doctor}, each at a host of
 * its own. Gives nothing out that the client may not know. Thread-safe.
 */
final class OwnHost implements Sightings {
  private static final int MOST_PINGS = 1000;
  private static final int LONGEST_NONCE = 64;

  private final Explainer explainer;
  private final Map<String, Boolean> pings = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  /** Hosts of probes, and whether a request came inside TLS. */
  private final Map<String, Boolean> probes = new ConcurrentHashMap<>();

  OwnHost(Explainer explainer) {
    this.explainer = explainer;
  }

  /** Whether a ping with this nonce has come through; it is forgotten then. */
  boolean sawPing(String nonce) {
    return pings.remove(nonce) != null;
  }

  /** Somebody asked for a way to a probe's host. */
  void connected(HostName host) {
    note(host, false);
  }

  /** Answers a probe; returns the status. */
  int answerProbe(HostName host, boolean tls, RequestHead head, HttpOutput out, boolean keep)
      throws IOException {
    note(host, tls);
    Answers.json(out, 200, "{\"pong\":true}", head.method().equals("HEAD"), keep);
    return 200;
  }

  private void note(HostName host, boolean requested) {
    if (probes.size() > MOST_PINGS) {
      probes.clear();
    }
    probes.merge(host.text(), requested, Boolean::logicalOr);
  }

  @Override
  public boolean connected(String host) {
    return probes.containsKey(host);
  }

  @Override
  public boolean requested(String host) {
    return probes.getOrDefault(host, false);
  }

  /** Answers; returns the status. */
  int answer(ClientSession client, RequestHead head, HttpOutput out, boolean keep)
      throws IOException {
    boolean isHead = head.method().equals("HEAD");
    String path = head.path();
    if (path.startsWith("/ping/") && path.length() <= 6 + LONGEST_NONCE) {
      String nonce = path.substring(6);
      if (isWord(nonce)) {
        if (count.incrementAndGet() > MOST_PINGS) {
          pings.clear();
          count.set(0);
        }
        pings.put(nonce, Boolean.TRUE);
        Answers.json(out, 200, "{\"pong\":\"" + nonce + "\"}", isHead, keep);
        return 200;
      }
    }
    if (path.equals("/explain")) {
      String url = parameter(head.query(), "url");
      if (url != null) {
        String method = parameter(head.query(), "method");
        String text = explainer.explain(client, method == null ? "GET" : method, url);
        Answers.json(out, 200, text, isHead, keep);
        return 200;
      }
    }
    Answers.json(
        out,
        404,
        "{\"error\":{\"code\":\"not-found\",\"reason\":\"the gateway answers /ping/NONCE and"
            + " /explain?url=URL&method=METHOD\"}}",
        isHead,
        keep);
    return 404;
  }

  private static boolean isWord(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static @Nullable String parameter(String query, String name) {
    for (String part : query.split("&", -1)) {
      if (part.startsWith(name + "=")) {
        try {
          return URLDecoder.decode(part.substring(name.length() + 1), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
          return null;
        }
      }
    }
    return null;
  }
}
