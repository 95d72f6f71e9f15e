package dev.pale.gateway.tls;

import dev.pale.gateway.tls.SessionAuthority.Leaf;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * One host's context, which answers with one certificate and one key whatever the client asks for.
 *
 * <p>No {@code KeyStore} is made: a PKCS #12 store costs 10 ms of key derivation a host for a key
 * that is in memory anyway.
 *
 * <p>Thread-safe.
 */
final class HostContext extends X509ExtendedKeyManager {
  private static final String ALIAS = "host";
  private static final String KEY_TYPE = "EC";

  /** Sessions without tickets (TLS 1.2 clients that offer none) are kept here, a few. */
  private static final int SESSION_LIMIT = 64;

  private static final int SESSION_SECONDS = 8 * 3600;

  private final SessionAuthority authority;
  private final String host;
  private final byte[] address;
  private @Nullable SSLContext context;
  private volatile @Nullable Leaf leaf;

  HostContext(SessionAuthority authority, String host, byte[] address) {
    this.authority = authority;
    this.host = host;
    this.address = address;
  }

  /** The context, with a certificate that holds now. */
  synchronized SSLContext ready() {
    current();
    SSLContext made = context;
    if (made == null) {
      try {
        made = SSLContext.getInstance("TLS");
        // An empty array, because null makes JSSE read and parse the system's certificates.
        made.init(new KeyManager[] {this}, new TrustManager[0], null);
      } catch (GeneralSecurityException e) {
        throw SessionAuthority.broken(e);
      }
      made.getServerSessionContext().setSessionCacheSize(SESSION_LIMIT);
      made.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
      context = made;
    }
    return made;
  }

  private Leaf current() {
    Leaf known = leaf;
    if (known == null || !authority.serves(known)) {
      known = authority.mint(host, address);
      leaf = known;
    }
    return known;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    // The authority itself is not sent: who trusts it has it.
    return ALIAS.equals(alias) ? new X509Certificate[] {current().certificate()} : null;
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return ALIAS.equals(alias) ? authority.leafKey() : null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return KEY_TYPE.equals(keyType) ? ALIAS : null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return KEY_TYPE.equals(keyType) ? ALIAS : null;
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return KEY_TYPE.equals(keyType) ? new String[] {ALIAS} : null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
