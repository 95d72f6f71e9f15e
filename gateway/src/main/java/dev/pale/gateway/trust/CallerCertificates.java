package dev.pale.gateway.trust;

import dev.pale.gateway.tls.Pem;
import dev.pale.gateway.tls.SystemBundle;
import java.nio.ByteBuffer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which authorities the caller's programs trust already: a company's own, named by one of the
 * variables that are about to be set anew.
 *
 * <p>Not thread-safe.
 */
public final class CallerCertificates {
  /** These replace a program's trust: the first that can be read takes the system's place. */
  private static final List<String> REPLACING = List.of("SSL_CERT_FILE", "NIX_SSL_CERT_FILE");

  /** These add to it, or replace it for one program: their certificates are added for all. */
  private static final List<String> ADDING =
      List.of(
          "NODE_EXTRA_CA_CERTS",
          "DENO_CERT",
          "REQUESTS_CA_BUNDLE",
          "CURL_CA_BUNDLE",
          "GIT_SSL_CAINFO",
          "PIP_CERT",
          "AWS_CA_BUNDLE",
          "CARGO_HTTP_CAINFO",
          "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE",
          "npm_config_cafile",
          "NPM_CONFIG_CAFILE",
          "HTTPLIB2_CA_CERTS",
          "PERL_LWP_SSL_CA_FILE",
          "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
          "HEX_CACERTS_PATH");

  /** Programs whose variable only ever adds: what they get stays short. */
  private static final int ONLY_ADDING = 2;

  /** The system's own are known to be sound: they are not parsed, which would take 0.1 s. */
  private final Set<ByteBuffer> system = new HashSet<>();

  /** Often all variables name the same file. */
  private final Map<Path, Found> files = new HashMap<>();

  private final Map<ByteBuffer, byte[]> all = new LinkedHashMap<>();
  private final Map<ByteBuffer, byte[]> additions = new LinkedHashMap<>();
  private final Map<ByteBuffer, byte[]> java = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  private CallerCertificates(Map<String, String> environment) {
    List<byte[]> systems = SystemBundle.certificates();
    for (byte[] each : systems) {
      system.add(ByteBuffer.wrap(each));
    }
    boolean replaced = false;
    for (String name : REPLACING) {
      List<byte[]> found = named(environment, name);
      if (!found.isEmpty() && !replaced) {
        replaced = true;
        add(all, found);
      }
    }
    if (!replaced) {
      add(all, systems);
    }
    for (int i = 0; i < ADDING.size(); i++) {
      List<byte[]> found = named(environment, ADDING.get(i));
      add(all, found);
      if (i < ONLY_ADDING) {
        add(additions, found);
      }
    }
    addTrustStore(environment);
  }

  /** Reads what the variables of a caller name. */
  public static CallerCertificates of(Map<String, String> environment) {
    return new CallerCertificates(environment);
  }

  /** Everything that programs trusted, DER, each once. */
  List<byte[]> all() {
    return List.copyOf(all.values());
  }

  /** What was added for Node and Deno. */
  List<byte[]> additions() {
    return List.copyOf(additions.values());
  }

  /** What a Java trust store of the caller adds. */
  List<byte[]> java() {
    Map<ByteBuffer, byte[]> more = new LinkedHashMap<>(java);
    more.keySet().removeAll(all.keySet());
    return List.copyOf(more.values());
  }

  /** What could not be used, one sentence each. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  private List<byte[]> named(Map<String, String> environment, String variable) {
    Path file = path(environment.get(variable));
    if (file == null) {
      return List.of();
    }
    Found found = files.computeIfAbsent(file, this::read);
    if (found.problem != null) {
      notes.add(variable + " names " + file + found.problem);
    }
    return found.certificates;
  }

  /** The usable certificates of a file, and what is wrong with it. */
  private record Found(List<byte[]> certificates, @Nullable String problem) {}

  private Found read(Path file) {
    Pem.Contents contents = SystemBundle.contents(file);
    if (contents == null) {
      return new Found(List.of(), ", which cannot be read");
    }
    // One that OpenSSL cannot parse makes it refuse the whole file, so that each is parsed, but
    // those that the system has as well.
    List<byte[]> found = new ArrayList<>();
    int lost = contents.unusable();
    for (byte[] each : contents.certificates()) {
      if (system.contains(ByteBuffer.wrap(each)) || !SystemBundle.parse(List.of(each)).isEmpty()) {
        found.add(each);
      } else {
        lost++;
      }
    }
    return new Found(found, lost > 0 ? ": " + lost + " broken blocks were left out" : null);
  }

  private void addTrustStore(Map<String, String> environment) {
    for (String variable : JvmOptions.VARIABLES) {
      String options = environment.getOrDefault(variable, "");
      Path file = path(JvmOptions.property(options, "javax.net.ssl.trustStore"));
      if (file != null) {
        String password = JvmOptions.property(options, "javax.net.ssl.trustStorePassword");
        List<byte[]> found =
            SystemBundle.fromKeyStore(file, password == null ? "changeit" : password);
        if (found.isEmpty()) {
          notes.add(variable + " names the trust store " + file + ", which cannot be read");
        }
        add(java, found);
      }
    }
  }

  private static @Nullable Path path(@Nullable String value) {
    if (value == null || value.isEmpty()) {
      return null;
    }
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static void add(Map<ByteBuffer, byte[]> to, List<byte[]> certificates) {
    for (byte[] each : certificates) {
      to.putIfAbsent(ByteBuffer.wrap(each), each);
    }
  }
}
