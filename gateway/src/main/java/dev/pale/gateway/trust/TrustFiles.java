package dev.pale.gateway.trust;

import dev.pale.gateway.tls.Pem;
import dev.pale.gateway.tls.TrustStore;
import dev.pale.secrets.PaleException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files through which a child's programs come to trust the session's authority. They hold
 * certificates and settings, no key and no secret.
 *
 * <p>All are made with mode 0600 in the folder that the caller gives and later removes; a file that
 * is there is replaced, never written through.
 *
 * <p>Thread-safe: immutable.
 *
 * @param authority {@code ca.pem}: the session's authority alone
 * @param additions {@code additions.pem}: it, and what the caller had added for Node and Deno; for
 *     programs that add a file to what they trust
 * @param bundle {@code bundle.pem}: it, and everything that the caller's programs trusted; for
 *     programs whose variable replaces what they trust
 * @param javaStore {@code truststore.p12}: the same as the bundle for Java, with what a trust store
 *     of the caller held; no password is needed, and any will do
 * @param wgetSettings {@code wgetrc}
 * @param nodePreload {@code preload.cjs}: leads old versions of Node through the gateway
 * @param notes what of the caller's could not be used, one sentence each
 */
public record TrustFiles(
    Path authority,
    Path additions,
    Path bundle,
    Path javaStore,
    Path wgetSettings,
    Path nodePreload,
    List<String> notes) {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  public TrustFiles {
    notes = List.copyOf(notes);
  }

  /**
   * Writes the files.
   *
   * @param folder where; made with mode 0700 when it is missing; best in memory
   * @param caPem the session's authority, PEM
   * @param caDer the same, DER
   * @param callerEnvironment the variables of the process for which the child is started, before
   *     any change: the authorities that they name are kept
   * @throws PaleException 742 when a file cannot be written
   */
  public static TrustFiles write(
      Path folder, byte[] caPem, byte[] caDer, Map<String, String> callerEnvironment) {
    return write(folder, caPem, caDer, callerEnvironment, CallerCertificates.of(callerEnvironment));
  }

  /** As above, with what was read from the caller's environment before. */
  public static TrustFiles write(
      Path folder,
      byte[] caPem,
      byte[] caDer,
      Map<String, String> callerEnvironment,
      CallerCertificates callers) {
    Path absolute = folder.toAbsolutePath();
    Path bundle = absolute.resolve("bundle.pem");
    try {
      if (!Files.isDirectory(absolute)) {
        Files.createDirectory(absolute, FOLDER);
      }
      List<byte[]> java = new ArrayList<>();
      java.add(caDer);
      java.addAll(callers.all());
      java.addAll(callers.java());
      String wget = WgetSettings.text(callerEnvironment, bundle);
      return new TrustFiles(
          put(absolute.resolve("ca.pem"), caPem),
          put(absolute.resolve("additions.pem"), pem(caPem, callers.additions())),
          put(bundle, pem(caPem, callers.all())),
          put(absolute.resolve("truststore.p12"), TrustStore.encode(java)),
          put(absolute.resolve("wgetrc"), wget.getBytes(StandardCharsets.ISO_8859_1)),
          put(absolute.resolve("preload.cjs"), preload()),
          callers.notes());
    } catch (IOException e) {
      throw PaleException.of(
          742,
          "cannot write the files by which programs trust the gateway, in " + absolute,
          String.valueOf(e.getMessage()),
          "make room in that folder, or open it to this user",
          e);
    }
  }

  private static byte[] pem(byte[] first, List<byte[]> others) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024 + others.size() * 2048);
    out.writeBytes(first);
    for (byte[] each : others) {
      Pem.encode(each, out);
    }
    return out.toByteArray();
  }

  private static byte[] preload() throws IOException {
    try (InputStream in = TrustFiles.class.getResourceAsStream("preload.cjs")) {
      if (in == null) {
        throw new IOException("preload.cjs is missing in this build");
      }
      return in.readAllBytes();
    }
  }

  private static Path put(Path file, byte[] contents) throws IOException {
    Files.deleteIfExists(file);
    try (SeekableByteChannel out =
        Files.newByteChannel(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
      ByteBuffer left = ByteBuffer.wrap(contents);
      while (left.hasRemaining()) {
        out.write(left);
      }
    }
    return file;
  }
}
