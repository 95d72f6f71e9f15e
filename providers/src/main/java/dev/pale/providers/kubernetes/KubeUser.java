package dev.pale.providers.kubernetes;

import dev.pale.providers.bearer.CredentialFile;
import dev.pale.providers.http.Tls;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the user of a kubeconfig signs in: a token, a file, a certificate, or a program. */
final class KubeUser {
  /** Tokens of pods are replaced on disk while they are still valid for some minutes. */
  private static final Duration FILE_LIFE = Duration.ofMinutes(1);

  private final String token;
  private final @Nullable Path tokenFile;
  private final byte[] certificate;
  private final byte[] key;
  private final @Nullable ExecPlugin exec;

  private KubeUser(
      String token,
      @Nullable Path tokenFile,
      byte[] certificate,
      byte[] key,
      @Nullable ExecPlugin exec) {
    this.token = token;
    this.tokenFile = tokenFile;
    this.certificate = certificate;
    this.key = key;
    this.exec = exec;
  }

  static KubeUser ofTokenFile(Path file) {
    return new KubeUser("", file, new byte[0], new byte[0], null);
  }

  static KubeUser of(KubeConfig.Entry entry, boolean allowExec) {
    Optional<Map<?, ?>> exec = Yaml.inside(entry.content(), "exec");
    if (exec.isPresent() && !allowExec) {
      throw PaleException.of(
          632,
          "the kubeconfig wants to start a program for its credentials",
          "the user of this context has an exec entry; allow_exec is not set, or KUBECONFIG named the"
              + " file",
          "set allow_exec=true for the provider, and kubeconfig=…, if you trust " + entry.file());
    }
    String tokenFile = Yaml.text(entry.content(), "tokenFile");
    byte[] certificate = KubeConfig.data(entry, "client-certificate");
    byte[] key = KubeConfig.data(entry, "client-key");
    if ((certificate.length == 0) != (key.length == 0)) {
      throw CredentialFile.refused(
          "the kubeconfig " + entry.file(), "a certificate and its key must both be given");
    }
    return new KubeUser(
        Yaml.text(entry.content(), "token"),
        tokenFile.isEmpty() ? null : entry.path(tokenFile),
        certificate,
        key,
        exec.map(each -> ExecPlugin.of(entry.file(), each)).orElse(null));
  }

  /** What a connection needs now. */
  static final class Access {
    private final Tls tls;
    private final String token;
    private final Instant until;

    Access(Tls tls, String token, Instant until) {
      this.tls = tls;
      this.token = token;
      this.until = until;
    }

    Tls tls() {
      return tls;
    }

    /** Empty for none. */
    String token() {
      return token;
    }

    Instant until() {
      return until;
    }

    @Override
    public String toString() {
      return "[access]";
    }
  }

  Access access(byte[] authority, Surroundings surroundings) {
    if (exec != null) {
      return exec.access(authority, surroundings);
    }
    String bearer = token;
    Instant until = Instant.MAX;
    if (tokenFile != null) { // it beats the token, as with kubectl
      bearer = CredentialFile.token(tokenFile, "the token file");
      until = surroundings.clock().instant().plus(FILE_LIFE);
    }
    if (bearer.isEmpty() && certificate.length == 0) {
      throw CredentialFile.refused("the kubeconfig", "its user has neither token nor certificate");
    }
    return new Access(tls(authority, certificate, key), bearer, until);
  }

  static Tls tls(byte[] authority, byte[] certificate, byte[] key) {
    if (certificate.length > 0) {
      return Tls.presenting(authority, certificate, key, "the kubeconfig");
    }
    return authority.length == 0 ? Tls.USUAL : Tls.trustingOnly(authority, "the kubeconfig");
  }

  /** Wipes the key. */
  void wipe() {
    Arrays.fill(key, (byte) 0);
  }
}
