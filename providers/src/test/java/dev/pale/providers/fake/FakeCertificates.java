package dev.pale.providers.fake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/** Self-signed certificates, made by the JDK's keytool once a test run and name. */
public final class FakeCertificates {
  private static final char[] PASSWORD = "fake-password".toCharArray();
  private static final Map<String, Own> MADE = new ConcurrentHashMap<>();

  private FakeCertificates() {}

  /** For localhost and 127.0.0.1. */
  public static Own server() {
    return of("localhost", "san=dns:localhost,ip:127.0.0.1");
  }

  /** For another host than the one that is asked. */
  public static Own otherHost() {
    return of("elsewhere", "san=dns:elsewhere.invalid");
  }

  /** For a client. */
  public static Own client() {
    return of("client", "san=dns:client.invalid");
  }

  private static Own of(String name, String names) {
    return MADE.computeIfAbsent(name, missing -> make(name, names));
  }

  private static Own make(String name, String names) {
    try {
      Path folder = Files.createTempDirectory("pale-test-certificate");
      Path file = folder.resolve("store.p12");
      List<String> command =
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
              "-genkeypair",
              "-keyalg",
              "EC",
              "-groupname",
              "secp256r1",
              "-alias",
              "own",
              "-dname",
              "CN=" + name,
              "-ext",
              names,
              "-validity",
              "30",
              "-storetype",
              "PKCS12",
              "-keystore",
              file.toString(),
              "-storepass",
              new String(PASSWORD));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().transferTo(new ByteArrayOutputStream());
      if (process.waitFor() != 0) {
        throw new IOException("keytool failed");
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(file)) {
        store.load(in, PASSWORD);
      }
      Files.delete(file);
      Files.delete(folder);
      return new Own(store);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A certificate with its key. */
  public static final class Own {
    private final KeyStore store;

    private Own(KeyStore store) {
      this.store = store;
    }

    /** The certificate in PEM. */
    public byte[] certificatePem() {
      try {
        return pem("CERTIFICATE", store.getCertificate("own").getEncoded());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    /** The key in PEM, PKCS #8. */
    public byte[] keyPem() {
      try {
        return pem("PRIVATE KEY", store.getKey("own", PASSWORD).getEncoded());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    ServerSocket serverSocket(boolean clientsMustPresent) {
      try {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, PASSWORD);
        KeyStore clients = KeyStore.getInstance("PKCS12");
        clients.load(null, null);
        if (clientsMustPresent) {
          clients.setCertificateEntry("client", client().store.getCertificate("own"));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        SSLContext context = SSLContext.getInstance("TLS");
        if (clientsMustPresent) {
          trust.init(clients);
        }
        context.init(
            keys.getKeyManagers(), clientsMustPresent ? trust.getTrustManagers() : null, null);
        SSLServerSocket socket =
            (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
        socket.setNeedClientAuth(clientsMustPresent);
        return socket;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static byte[] pem(String kind, byte[] der) {
      String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
      return ("-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n")
          .getBytes(StandardCharsets.US_ASCII);
    }
  }
}
