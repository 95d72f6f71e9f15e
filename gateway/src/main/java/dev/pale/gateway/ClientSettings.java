package dev.pale.gateway;

import dev.pale.gateway.inject.Binding;
import dev.pale.gateway.policy.Policy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One client session: who may come, what it may do, and which secrets it holds placeholders of.
 *
 * <p>Not thread-safe; not changed any more once the client was added.
 */
public final class ClientSettings {
  private final String name;
  private final Policy policy;
  private final List<Binding> bindings;
  private boolean plainListener;
  private Optional<Path> unixSocket = Optional.empty();

  /**
   * A client.
   *
   * @param name letters, digits and hyphens; unique within the gateway
   * @param policy what it may reach
   * @param bindings its secrets; the gateway closes their values when it is closed
   */
  public ClientSettings(String name, Policy policy, List<Binding> bindings) {
    this.name = name;
    this.policy = policy;
    this.bindings = List.copyOf(bindings);
  }

  /**
   * Adds a listener on loopback that asks for no credentials, for programs that cannot send any
   * (the JVM). It serves only processes of this user that descend from this process.
   */
  public ClientSettings plainListener() {
    plainListener = true;
    return this;
  }

  /** Adds a listener on a unix socket (0600) that asks for no credentials, for a fence. */
  public ClientSettings unixSocket(Path path) {
    unixSocket = Optional.of(path);
    return this;
  }

  String name() {
    return name;
  }

  Policy policy() {
    return policy;
  }

  List<Binding> bindings() {
    return bindings;
  }

  boolean hasPlainListener() {
    return plainListener;
  }

  Optional<Path> unixSocket() {
    return unixSocket;
  }
}
