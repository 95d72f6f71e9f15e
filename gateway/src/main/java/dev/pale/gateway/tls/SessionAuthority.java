package dev.pale.gateway.tls;

import dev.pale.secrets.PaleException;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;

/**
 * The certificate authority of one session. Its key is made here, is never written anywhere and
 * ends with the process.
 *
 * <p><b>Security guarantees.</b> Each host has an {@link SSLContext} of its own, so that a session
 * ticket of one name is worth nothing for another. Whoever trusts {@link #certificateDer} trusts
 * this process and nothing that comes after it.
 *
 * <p><b>Not provided.</b> Revocation lists, name constraints, RSA, early data (JSSE has none).
 * Which hosts may have a certificate at all is the caller's decision: {@link #contextFor} gives one
 * for every well-formed name.
 *
 * <p>Thread-safe.
 */
public final class SessionAuthority {
  /** How many hosts keep their context; the one unused for longest goes first. */
  static final int HOST_LIMIT = 512;

  /**
   * How long an authority lives unless told otherwise. Its key ends with the process: a shorter
   * time would protect nothing, and break a gateway that runs for months.
   */
  static final Duration DEFAULT_VALIDITY = Duration.ofDays(365);

  private static final Duration SHORTEST_VALIDITY = Duration.ofHours(1);
  private static final Duration LONGEST_VALIDITY = Duration.ofDays(3650);

  /** A machine's clock may be behind ours: a virtual machine after its sleep. */
  private static final Duration AUTHORITY_BACKDATED = Duration.ofDays(1);

  private static final Duration LEAF_BACKDATED = Duration.ofHours(1);
  private static final Duration LEAF_VALIDITY = Duration.ofDays(2);

  /** A certificate is replaced at half its life: no handshake ever sees an old one. */
  private static final Duration LEAF_RENEWED_AFTER = Duration.ofDays(1);

  private final InstantSource clock;
  private final Certificates certificates;
  private final CertificateFactory factory;
  private final String name;
  private final byte[] certificateDer;
  private final Instant notBefore;
  private final Instant notAfter;
  private final PrivateKey leafKey;
  private final byte[] leafPublic;
  private final Map<String, HostContext> hosts =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, HostContext> eldest) {
          return size() > HOST_LIMIT;
        }
      };

  private SessionAuthority(InstantSource clock, SecureRandom random, Duration validity)
      throws GeneralSecurityException {
    this.clock = clock;
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    KeyPair authority = generator.generateKeyPair();
    KeyPair leaf = generator.generateKeyPair();
    byte[] tag = new byte[4];
    random.nextBytes(tag);
    name = "Pale session " + HexFormat.of().formatHex(tag);
    certificates = new Certificates(authority.getPrivate(), authority.getPublic(), name, random);
    factory = CertificateFactory.getInstance("X.509");
    leafKey = leaf.getPrivate();
    leafPublic = leaf.getPublic().getEncoded();
    Instant now = clock.instant();
    notBefore = now.minus(AUTHORITY_BACKDATED);
    notAfter = now.plus(validity);
    certificateDer = certificates.authority(authority.getPublic(), notBefore, notAfter);
  }

  /**
   * A new authority that lives for a year, or for as long as the process if that is shorter.
   *
   * @param clock the time for validity
   * @param random for keys, serials and signatures
   */
  public static SessionAuthority create(InstantSource clock, SecureRandom random) {
    return create(clock, random, DEFAULT_VALIDITY);
  }

  /**
   * A new authority.
   *
   * @param validity from now; one hour to 3650 days
   * @throws IllegalArgumentException for a validity outside
   */
  public static SessionAuthority create(
      InstantSource clock, SecureRandom random, Duration validity) {
    if (validity.compareTo(SHORTEST_VALIDITY) < 0 || validity.compareTo(LONGEST_VALIDITY) > 0) {
      throw new IllegalArgumentException("validity must be one hour to 3650 days");
    }
    try {
      return new SessionAuthority(clock, random, validity);
    } catch (GeneralSecurityException e) {
      throw broken(e);
    }
  }

  /** The name that stands in the certificate: {@code Pale session 1f0c22ab}. */
  public String name() {
    return name;
  }

  /** When the authority ends. */
  public Instant notAfter() {
    return notAfter;
  }

  /** The authority's certificate, DER. */
  public byte[] certificateDer() {
    return certificateDer.clone();
  }

  /** The authority's certificate as PEM text, ASCII, with a line feed at the end. */
  public byte[] certificatePem() {
    return Pem.encode(certificateDer);
  }

  /**
   * The server's side of TLS for one host: TLS 1.3 and 1.2, tickets of its own. Made at the first
   * call for a host, in well under a millisecond when warm; its certificate is renewed by itself.
   *
   * @param host canonical: lower-case ASCII name without trailing dot, or a literal IP address
   *     without brackets
   * @throws PaleException 740 when the authority has ended
   * @throws IllegalArgumentException for a name that no certificate can hold
   */
  public SSLContext contextFor(String host) {
    HostContext context;
    synchronized (hosts) {
      context = hosts.get(host);
      if (context == null) {
        context = new HostContext(this, host, addressOf(host));
        hosts.put(host, context);
      }
    }
    return context.ready();
  }

  /**
   * Runs one handshake with itself in memory, so that the first client of a new process need not
   * wait until classes are loaded. Meant for a background thread, once the listeners are open.
   *
   * @return whether it succeeded; nothing depends on it
   */
  public boolean prepare() {
    try {
      X509Certificate own =
          (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(certificateDer));
      return Rehearsal.run(new HostContext(this, "pale.invalid", new byte[0]).ready(), own);
    } catch (CertificateException e) {
      throw broken(e);
    }
  }

  /** How many hosts have a context now. */
  int hostCount() {
    synchronized (hosts) {
      return hosts.size();
    }
  }

  /** A certificate for a host that holds from an hour ago on. */
  Leaf mint(String host, byte[] address) {
    Instant now = clock.instant();
    if (!now.isBefore(notAfter)) {
      throw PaleException.of(
          740,
          "the gateway's certificate authority has ended",
          "it was made for a limited time, until " + notAfter,
          "start the gateway again, with a longer validity if it is meant to run on");
    }
    Instant from = later(now.minus(LEAF_BACKDATED), notBefore);
    Instant to = earlier(now.plus(LEAF_VALIDITY), notAfter);
    try {
      byte[] der = certificates.server(host, address, leafPublic, from, to);
      X509Certificate certificate =
          (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
      return new Leaf(certificate, from, earlier(now.plus(LEAF_RENEWED_AFTER), to));
    } catch (GeneralSecurityException e) {
      throw broken(e);
    }
  }

  /** Whether a certificate still serves: a clock that was set back makes it unusable too. */
  boolean serves(Leaf leaf) {
    Instant now = clock.instant();
    return !now.isBefore(leaf.from()) && now.isBefore(leaf.renewAt());
  }

  PrivateKey leafKey() {
    return leafKey;
  }

  /** The bytes of a literal address; none for a DNS name. */
  private static byte[] addressOf(String host) {
    if (host.isEmpty() || host.length() > 253) {
      throw new IllegalArgumentException("not a host: " + host.length() + " characters");
    }
    char last = host.charAt(host.length() - 1);
    if (host.indexOf(':') >= 0 || (last >= '0' && last <= '9' && isDotted(host))) {
      InetAddress address = InetAddress.ofLiteral(host);
      // Old spellings (1.2.3) and zones are no canonical names.
      if (host.indexOf('%') >= 0
          || (host.indexOf(':') < 0 && !address.getHostAddress().equals(host))) {
        throw new IllegalArgumentException("not a canonical address");
      }
      return address.getAddress();
    }
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
      if (!allowed) {
        throw new IllegalArgumentException("not a canonical host name");
      }
    }
    return new byte[0];
  }

  private static boolean isDotted(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c != '.' && (c < '0' || c > '9')) {
        return false;
      }
    }
    return true;
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  static IllegalStateException broken(GeneralSecurityException e) {
    return new IllegalStateException("this JDK lacks what TLS needs", e);
  }

  /**
   * A server's certificate.
   *
   * @param certificate the certificate
   * @param from when it begins
   * @param renewAt when another takes its place, not after its end
   */
  record Leaf(X509Certificate certificate, Instant from, Instant renewAt) {}
}
