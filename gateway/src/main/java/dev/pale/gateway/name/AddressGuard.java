package dev.pale.gateway.name;

import dev.pale.gateway.refusal.Refusal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Says which addresses may be dialled for a destination.
 *
 * <h2>Security guarantees</h2>
 *
 * <ul>
 *   <li>A name is resolved once a call. Every answer is classified; one forbidden answer among good
 *       ones refuses the destination. What is returned is what was classified, as bytes: whoever
 *       dials it asks no name service again, so an answer that changes (DNS rebinding) changes
 *       nothing.
 *   <li>Only global unicast addresses pass that are none of this machine's own, unless the user
 *       named the destination as private.
 *   <li>An address of a cloud's metadata service passes only when the user named that very address.
 * </ul>
 *
 * <p>Not provided: pinning between calls. Each new connection asks again and is checked again. And
 * behind a corporate proxy that resolves names itself, this guard sees nothing.
 *
 * <p>Thread-safe, as far as the {@link NameService} is.
 */
public final class AddressGuard {
  private final List<HostPattern> privateAllowed;
  private final Map<Authority, InetSocketAddress> connectTo;
  private final NameService names;
  private final Supplier<Set<InetAddress>> own;

  /** Where names are looked up; passed in, so that tests can lie. */
  @FunctionalInterface
  public interface NameService {
    /**
     * All addresses of a name.
     *
     * @throws UnknownHostException when there are none
     */
    InetAddress[] resolve(String host) throws UnknownHostException;

    /** The system's. */
    static NameService system() {
      return InetAddress::getAllByName;
    }
  }

  /**
   * A guard.
   *
   * @param privateAllowed destinations that may be at any address but a metadata service's; TLS or
   *     not makes no difference here
   * @param connectTo destinations whose address the user gave: it is dialled without a look-up
   */
  public AddressGuard(
      List<HostPattern> privateAllowed,
      Map<Authority, InetSocketAddress> connectTo,
      NameService names) {
    this(privateAllowed, connectTo, names, new OwnAddresses(System::nanoTime));
  }

  AddressGuard(
      List<HostPattern> privateAllowed,
      Map<Authority, InetSocketAddress> connectTo,
      NameService names,
      Supplier<Set<InetAddress>> own) {
    this.privateAllowed = List.copyOf(privateAllowed);
    this.connectTo = Map.copyOf(connectTo);
    this.names = names;
    this.own = own;
  }

  /**
   * The addresses to dial, in the name service's order.
   *
   * @throws Refusal 403 {@code private-address}; 502 {@code unknown-host} when the name has no
   *     address
   */
  public List<InetSocketAddress> vet(Authority destination) {
    InetSocketAddress given = connectTo.get(destination);
    if (given != null) {
      return List.of(given);
    }
    boolean allowed = false;
    boolean named = false;
    for (HostPattern pattern : privateAllowed) {
      if (pattern.matchesName(destination)) {
        allowed = true;
        named |= destination.host().isAddress();
      }
    }
    byte[] literal =
        destination.host().isAddress() ? Addresses.parse(destination.host().text()) : null;
    if (literal != null) {
      // By our bytes and not by the JDK's object, which turns ::ffff:192.0.2.1 into IPv4.
      check(destination, AddressKind.of(literal), allowed, named);
    }
    InetAddress[] answers = literal != null ? wrap(destination, literal) : resolve(destination);
    List<InetSocketAddress> vetted = new ArrayList<>(answers.length);
    Set<InetAddress> ours = own.get();
    for (InetAddress answer : answers) {
      AddressKind kind = AddressKind.of(answer.getAddress());
      check(
          destination,
          kind == AddressKind.PUBLIC && ours.contains(answer) ? AddressKind.OWN : kind,
          allowed,
          named);
      vetted.add(new InetSocketAddress(answer, destination.port()));
    }
    return List.copyOf(vetted);
  }

  private static void check(
      Authority destination, AddressKind kind, boolean allowed, boolean named) {
    if (kind == AddressKind.PUBLIC || (kind == AddressKind.METADATA ? named : allowed)) {
      return;
    }
    throw Refusal.of(
        403,
        "private-address",
        destination + " leads to " + kind.words(),
        kind == AddressKind.METADATA
            ? "only the owner can allow it, by naming the address itself in private_hosts of [gateway]"
                + " in config.toml"
            : "if that is meant, the owner adds \""
                + destination
                + "\" to private_hosts of [gateway] in config.toml");
  }

  private InetAddress[] resolve(Authority destination) {
    try {
      InetAddress[] answers = names.resolve(destination.host().text());
      if (answers.length > 0) {
        return answers;
      }
    } catch (UnknownHostException unknown) {
      // Told below: the exception's text says nothing more.
    }
    throw Refusal.of(
        502,
        "unknown-host",
        destination.host() + " has no address",
        "check the spelling and the network");
  }

  private static InetAddress[] wrap(Authority destination, byte[] literal) {
    try {
      // With its text, so that nobody looks for a name later.
      return new InetAddress[] {InetAddress.getByAddress(destination.host().text(), literal)};
    } catch (UnknownHostException wrongLength) {
      throw new IllegalStateException(wrongLength);
    }
  }
}
