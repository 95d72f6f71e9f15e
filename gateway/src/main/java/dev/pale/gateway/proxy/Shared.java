package dev.pale.gateway.proxy;

import dev.pale.gateway.approve.Approvals;
import dev.pale.gateway.log.RequestLog;
import dev.pale.gateway.name.HostName;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.gateway.tls.SessionAuthority;
import dev.pale.gateway.trust.Runtimes;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of a gateway use.
 *
 * @param authority makes certificates
 * @param dialer connects upstream
 * @param approvals asks the human
 * @param own answers for the gateway's own host
 * @param clients all clients, looked through for a token
 * @param strangers how many rows those get who show no token
 * @param alarms takes client and refusal
 * @param answerMillis how long an upstream may be silent
 */
record Shared(
    SessionAuthority authority,
    Dialer dialer,
    Approvals approvals,
    OwnHost own,
    List<Credential> clients,
    Strangers strangers,
    BiConsumer<ClientSession, Refusal> alarms,
    long answerMillis) {
  /** The gateway's own host: it cannot exist elsewhere (RFC 6761). */
  static final HostName OWN_HOST = new HostName("gateway.pale.invalid", false);

  private static final String PROBES = "." + Runtimes.PROBE_DOMAIN;

  /** Where a request that belongs to nobody is noted; null before there is a client. */
  @Nullable RequestLog anyLog() {
    return clients.isEmpty() || !strangers.allows() ? null : clients.getFirst().client().log;
  }

  /** Whether the host is the gateway's own. */
  static boolean isOwn(HostName host) {
    return host.equals(OWN_HOST) || isProbe(host);
  }

  /** Whether the host is one of {@code pale gateway doctor}'s. */
  static boolean isProbe(HostName host) {
    return host.text().endsWith(PROBES);
  }
}
