import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A TLS service for the demo, far from the agent: it notes a hash of the key that it got, and {@code
 * /debug} is one of those pages that show a request's headers to whoever asks.
 *
 * <p>Arguments: the key store, the file for its port, the file for its notes.
 */
class Service {
  public static void main(String[] args) throws Exception {
    char[] password = "changeit".toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (FileInputStream in = new FileInputStream(args[0])) {
      store.load(in, password);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, password);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
    HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.createContext(
        "/",
        exchange -> {
          List<String> fields = exchange.getRequestHeaders().getOrDefault("Authorization", List.of());
          String field = fields.isEmpty() ? "" : fields.getFirst();
          String key = field.startsWith("Bearer ") ? field.substring(7) : "";
          note(
              Path.of(args[2]),
              "a key of " + key.length() + " bytes, sha256 " + hash(key).substring(0, 16));
          boolean debug = exchange.getRequestURI().getPath().equals("/debug");
          byte[] body =
              (debug ? "{\"authorization\":\"" + field + "\"}\n" : "{\"charged\":true}\n")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    Files.writeString(Path.of(args[1] + ".new"), Integer.toString(server.getAddress().getPort()));
    Files.move(Path.of(args[1] + ".new"), Path.of(args[1]));
  }

  private static synchronized void note(Path file, String line) throws IOException {
    Files.writeString(
        file,
        line + "\n",
        java.nio.file.StandardOpenOption.CREATE,
        java.nio.file.StandardOpenOption.APPEND);
  }

  private static String hash(String text) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.ISO_8859_1));
      return HexFormat.of().formatHex(sum);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
