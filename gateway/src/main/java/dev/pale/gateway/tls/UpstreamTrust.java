package dev.pale.gateway.tls;

import dev.pale.secrets.PaleException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * The gateway's own side as a client: which servers it believes.
 *
 * <p>Trusted are the system's authorities (its bundle, or the JDK's where there is none) and the
 * files that the user named. The session's own authority is never among them.
 *
 * <p><b>Not provided.</b> Checking the host's name: the caller sets {@code
 * SSLParameters.setEndpointIdentificationAlgorithm("HTTPS")}. Revocation: as everywhere in
 * practice, not asked for.
 *
 * <p>The context is thread-safe.
 */
public final class UpstreamTrust {
  private UpstreamTrust() {}

  /**
   * A context that reads the system's authorities when the first server is met.
   *
   * @param extraCaFiles PEM files of more authorities; read now, so that a mistake is told at once
   * @throws PaleException 741 for a file that cannot be read or holds no certificate
   */
  public static SSLContext of(List<Path> extraCaFiles) {
    return context(new LazyTrustManager(extra(extraCaFiles)));
  }

  /**
   * As {@link #of(List)}, and begins to read them on {@code background} right away, so that the
   * first request need not wait. It costs about 0.1 s of one core in a new process.
   */
  public static SSLContext of(List<Path> extraCaFiles, Executor background) {
    LazyTrustManager manager = new LazyTrustManager(extra(extraCaFiles));
    background.execute(manager::prepare);
    return context(manager);
  }

  private static List<X509Certificate> extra(List<Path> files) {
    List<X509Certificate> extra = new ArrayList<>();
    for (Path file : files) {
      extra.addAll(SystemBundle.required(file));
    }
    return extra;
  }

  private static SSLContext context(LazyTrustManager manager) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {manager}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw SessionAuthority.broken(e);
    }
  }
}
