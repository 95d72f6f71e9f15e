package dev.pale.gateway.tls;

import dev.pale.secrets.PaleException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a Linux system keeps the authorities that it trusts, and reading such files.
 *
 * <p>Thread-safe: no state.
 */
public final class SystemBundle {
  /** Debian, Ubuntu, Alpine, Arch; Fedora and Red Hat; the link that many others keep; openSUSE. */
  private static final List<String> PLACES =
      List.of(
          "/etc/ssl/certs/ca-certificates.crt",
          "/etc/pki/tls/certs/ca-bundle.crt",
          "/etc/ssl/cert.pem",
          "/etc/ssl/ca-bundle.pem",
          "/var/lib/ca-certificates/ca-bundle.pem");

  /** No bundle is that long; a device or a mistaken path may be. */
  private static final long LONGEST_BYTES = 16L << 20;

  private SystemBundle() {}

  /** The system's own bundle, in PEM. */
  public static Optional<Path> file() {
    for (String place : PLACES) {
      Path path = Path.of(place);
      if (Files.isReadable(path) && Files.isRegularFile(path)) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  /** The certificates that the system trusts, DER; those that came with the JDK if it has none. */
  public static List<byte[]> certificates() {
    Optional<Path> file = file();
    if (file.isPresent()) {
      Pem.Contents contents = contents(file.get());
      if (contents != null && !contents.certificates().isEmpty()) {
        return contents.certificates();
      }
    }
    return fromKeyStore(
        Path.of(System.getProperty("java.home", "/"), "lib", "security", "cacerts"), "changeit");
  }

  /**
   * The certificates of a file that the user named, each one parsed.
   *
   * @throws PaleException 741 when the file cannot be read or holds no certificate that can be used
   */
  static List<X509Certificate> required(Path file) {
    Pem.Contents contents = contents(file);
    if (contents == null) {
      throw PaleException.of(
          741,
          "cannot read the file of certificate authorities " + file,
          "it is missing, closed to this user, no plain file, or longer than 16 MiB",
          "name a readable file in PEM");
    }
    List<X509Certificate> found = parse(contents.certificates());
    if (found.isEmpty()) {
      throw PaleException.of(
          741,
          "no certificate authority in " + file,
          "it holds no block BEGIN CERTIFICATE that can be read",
          "name a file in PEM");
    }
    return found;
  }

  /** What a file of PEM or DER holds; null when it cannot be read. */
  public static Pem.@Nullable Contents contents(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LONGEST_BYTES) {
        return null;
      }
      return Pem.read(Files.readAllBytes(file));
    } catch (IOException e) {
      return null;
    }
  }

  /** All that parse; the others are left out. */
  public static List<X509Certificate> parse(List<byte[]> ders) {
    CertificateFactory factory;
    try {
      factory = CertificateFactory.getInstance("X.509");
    } catch (CertificateException e) {
      throw SessionAuthority.broken(e);
    }
    List<X509Certificate> found = new ArrayList<>(ders.size());
    for (byte[] der : ders) {
      try {
        found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
      } catch (CertificateException e) {
        // One that this JDK cannot read cannot vouch for anybody either.
      }
    }
    return found;
  }

  /** The trusted certificates of a Java trust store, DER; none when it cannot be read. */
  public static List<byte[]> fromKeyStore(Path file, String password) {
    List<byte[]> found = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      // Reads JKS as well: the JDK looks at the first bytes.
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, password.toCharArray());
      Enumeration<String> aliases = store.aliases();
      while (aliases.hasMoreElements()) {
        String alias = aliases.nextElement();
        Certificate certificate = store.getCertificate(alias);
        if (store.isCertificateEntry(alias) && certificate != null) {
          found.add(certificate.getEncoded());
        }
      }
    } catch (IOException | GeneralSecurityException e) {
      return List.of();
    }
    return found;
  }
}
