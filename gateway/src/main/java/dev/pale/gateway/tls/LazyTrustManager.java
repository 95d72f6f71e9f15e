package dev.pale.gateway.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's own PKIX trust manager, built when it is first needed: parsing some 140 authorities is
 * too dear for the start of a process.
 *
 * <p>Thread-safe: it is built once, whoever comes first.
 */
final class LazyTrustManager extends X509ExtendedTrustManager {
  private static final X509Certificate[] NONE = new X509Certificate[0];

  private final List<X509Certificate> extra;
  private volatile @Nullable X509ExtendedTrustManager built;

  LazyTrustManager(List<X509Certificate> extra) {
    this.extra = List.copyOf(extra);
  }

  /** Builds it now if nobody has. */
  void prepare() {
    manager();
  }

  private X509ExtendedTrustManager manager() {
    X509ExtendedTrustManager known = built;
    return known != null ? known : build();
  }

  private synchronized X509ExtendedTrustManager build() {
    X509ExtendedTrustManager known = built;
    if (known != null) {
      return known;
    }
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int number = 0;
      for (X509Certificate each : SystemBundle.parse(SystemBundle.certificates())) {
        store.setCertificateEntry("system-" + number++, each);
      }
      for (X509Certificate each : extra) {
        store.setCertificateEntry("extra-" + number++, each);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      for (TrustManager each : factory.getTrustManagers()) {
        if (each instanceof X509ExtendedTrustManager extended) {
          built = extended;
          return extended;
        }
      }
      throw new IllegalStateException("this JDK has no trust manager for X.509");
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("cannot prepare the authorities", e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    manager().checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    manager().checkServerTrusted(chain, authType, socket);
  }

  @Override
  public void checkServerTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    manager().checkServerTrusted(chain, authType, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw noClients();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    throw noClients();
  }

  @Override
  public void checkClientTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    throw noClients();
  }

  private static CertificateException noClients() {
    return new CertificateException("only servers are judged here");
  }

  /** Asked for client authentication only, which does not happen here. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return NONE;
  }
}
