package dev.pale.gateway.name;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The addresses of this machine's interfaces, read again when they are older than {@value
 * #MAX_AGE_NANOS} nanoseconds: reading them takes longer than dialling on loopback.
 */
final class OwnAddresses implements Supplier<Set<InetAddress>> {
  private static final long MAX_AGE_NANOS = 2_000_000_000L;

  private final LongSupplier nanos;
  private volatile Snapshot latest;

  private record Snapshot(Set<InetAddress> addresses, long atNanos) {}

  OwnAddresses(LongSupplier nanos) {
    this.nanos = nanos;
    latest = read();
  }

  @Override
  public Set<InetAddress> get() {
    Snapshot snapshot = latest;
    if (nanos.getAsLong() - snapshot.atNanos > MAX_AGE_NANOS) {
      snapshot = read();
      latest = snapshot;
    }
    return snapshot.addresses;
  }

  private Snapshot read() {
    try {
      return new Snapshot(
          NetworkInterface.networkInterfaces()
              .flatMap(NetworkInterface::inetAddresses)
              .collect(Collectors.toUnmodifiableSet()),
          nanos.getAsLong());
    } catch (SocketException noInterfaces) {
      // A machine without any interface has no address to protect.
      return new Snapshot(Set.of(), nanos.getAsLong());
    }
  }
}
