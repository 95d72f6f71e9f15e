package dev.pale.providers.http;

import dev.pale.secrets.PaleException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Whom a connection trusts, and as whom it presents itself. Make one for each provider and reuse
 * it: connections are kept per instance.
 *
 * <p>Names of hosts are always checked; there is no way to switch that, or the check of
 * certificates, off.
 *
 * <p>Immutable, thread-safe; prints nothing of the key.
 */
public final class Tls {
  /** The certificates of the Java runtime, and no certificate of one's own. */
  public static final Tls USUAL = new Tls(null);

  private static final int MOST_PEM_BYTES = 1 << 20;

  private final @org.jspecify.annotations.Nullable SSLContext context;

  private Tls(@org.jspecify.annotations.Nullable SSLContext context) {
    this.context = context;
  }

  /**
   * Trusts the runtime's certificates and these.
   *
   * @param caPem one or more certificates, PEM
   * @param setting where they come from, for the error
   * @throws PaleException 601 for what is no certificate
   */
  public static Tls alsoTrusting(byte[] caPem, String setting) {
    return new Tls(context(trusting(certificates(caPem, setting), true, setting), null, setting));
  }

  /**
   * Trusts these certificates alone, as clusters with an authority of their own want it.
   *
   * @throws PaleException 601 for what is no certificate
   */
  public static Tls trustingOnly(byte[] caPem, String setting) {
    return new Tls(context(trusting(certificates(caPem, setting), false, setting), null, setting));
  }

  /**
   * Presents a certificate of one's own (mutual TLS).
   *
   * @param caPem the only trusted authorities; empty for the runtime's
   * @param certificatePem the certificate and those between it and its authority
   * @param keyPem its private key, PKCS #8 without a passphrase, or SEC 1 or PKCS #1; the caller
   *     wipes it
   * @param setting where they come from, for the error
   * @throws PaleException 601 for what is no certificate or key
   */
  public static Tls presenting(byte[] caPem, byte[] certificatePem, byte[] keyPem, String setting) {
    List<X509Certificate> own = certificates(certificatePem, setting);
    PrivateKey key = privateKey(keyPem, own.getFirst().getPublicKey().getAlgorithm(), setting);
    TrustManager[] trusted =
        caPem.length == 0 ? null : trusting(certificates(caPem, setting), false, setting);
    try {
      KeyStore store = emptyStore();
      store.setKeyEntry("own", key, new char[0], own.toArray(new Certificate[0]));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, new char[0]);
      return new Tls(context(trusted, factory.getKeyManagers(), setting));
    } catch (GeneralSecurityException | IOException e) {
      throw refused(setting, "the certificate and the key do not belong together");
    }
  }

  @org.jspecify.annotations.Nullable
  SSLContext context() {
    return context;
  }

  private static SSLContext context(
      TrustManager @org.jspecify.annotations.Nullable [] trusted,
      KeyManager @org.jspecify.annotations.Nullable [] own,
      String setting) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own, trusted, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw refused(setting, "Java does not take it");
    }
  }

  private static TrustManager[] trusting(
      Collection<X509Certificate> more, boolean withUsual, String setting) {
    try {
      KeyStore store = emptyStore();
      int n = 0;
      for (X509Certificate each : more) {
        store.setCertificateEntry("more" + n++, each);
      }
      if (withUsual) {
        for (TrustManager manager : managers(null)) {
          if (manager instanceof X509TrustManager usual) {
            for (X509Certificate each : usual.getAcceptedIssuers()) {
              store.setCertificateEntry("usual" + n++, each);
            }
          }
        }
      }
      return managers(store);
    } catch (GeneralSecurityException | IOException e) {
      throw refused(setting, "Java does not take its certificates");
    }
  }

  private static TrustManager[] managers(@org.jspecify.annotations.Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static List<X509Certificate> certificates(byte[] pem, String setting) {
    if (pem.length > MOST_PEM_BYTES) {
      throw refused(setting, "it is larger than 1 MiB");
    }
    try {
      List<X509Certificate> all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (all.isEmpty()) {
        throw refused(setting, "there is no certificate in it");
      }
      return all;
    } catch (GeneralSecurityException e) {
      throw refused(setting, "it holds no certificates in PEM");
    }
  }

  private static PrivateKey privateKey(byte[] pem, String algorithm, String setting) {
    String text = new String(pem, StandardCharsets.ISO_8859_1);
    byte[] der = new byte[0];
    try {
      String kind = "";
      for (String each : List.of("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY")) {
        int begin = text.indexOf("-----BEGIN " + each + "-----");
        int end = text.indexOf("-----END " + each + "-----");
        if (begin >= 0 && end > begin) {
          kind = each;
          String base64 = text.substring(begin + 16 + each.length(), end);
          der = Base64.getMimeDecoder().decode(base64);
          break;
        }
      }
      if (kind.isEmpty()) {
        throw refused(setting, "there is no private key without a passphrase in it");
      }
      if (kind.startsWith("RSA")) {
        der = Der.pkcs8OfRsa(der);
      } else if (kind.startsWith("EC")) {
        der = Der.pkcs8OfEc(der);
      }
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw refused(setting, "Java does not take its private key");
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  private static PaleException refused(String setting, String why) {
    return PaleException.of(
        601, "the certificates in " + setting + " cannot be used", why, "give them in PEM");
  }

  @Override
  public String toString() {
    return context == null ? "[usual TLS]" : "[TLS with certificates of its own]";
  }
}
