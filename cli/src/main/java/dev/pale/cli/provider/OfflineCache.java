package dev.pale.cli.provider;

import dev.pale.cli.session.Session;
import dev.pale.crypto.AssociatedData;
import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Envelope;
import dev.pale.crypto.Keys;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.Reference;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Folders;
import dev.pale.vault.Vault;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Values of external stores, kept for work without them.
 *
 * <p>Each value is a file of the state folder: the time, and the value sealed with AES-256-GCM
 * under a key that is in the vault. It is bound to the provider, how that is set up, the reference
 * and the time; the file's name is a keyed hash. Without the vault's key the folder tells how many
 * values were kept, how long they are and when.
 *
 * <p>Thread-safe.
 */
final class OfflineCache {
  private static final Place PLACE = new Place("pale-cache", "keys");
  private static final SecretName KEY = SecretName.of("CACHE_KEY");
  private static final int MAX_VALUE = 8 << 20;

  private final Path folder;
  private final long uid;
  private final byte[] key;

  private OfflineCache(Path folder, long uid, byte[] key) {
    this.folder = folder;
    this.uid = uid;
    this.key = key;
  }

  /** A value and when it was kept. */
  record Kept(SecretValue value, Instant at) {}

  /** Opens the cache; the first call makes the key. */
  static OfflineCache open(Session session, Actor actor) {
    return new OfflineCache(folder(session), session.context().uid(), key(session.vault(), actor));
  }

  private static Path folder(Session session) {
    return session.context().folders().state().resolve("cache");
  }

  private static byte[] key(Vault vault, Actor actor) {
    if (!vault.has(PLACE)) {
      Credentials.prepare(vault, PLACE, actor);
    }
    if (vault.list(PLACE, actor).isEmpty()) {
      SortedMap<SecretName, SecretValue> fresh = new TreeMap<>();
      fresh.put(KEY, SecretValue.owning(KEY.text(), Keys.random(Envelope.KEY_BYTES)));
      vault.setAll(PLACE, fresh, actor);
      fresh.values().forEach(SecretValue::close);
    }
    SortedMap<SecretName, SecretValue> values =
        vault.read(ReadRequest.only(PLACE, Set.of(KEY), ReadRequest.Verb.STORE, actor));
    try {
      byte[] bytes = Objects.requireNonNull(values.get(KEY)).bytes(Reveal.KEY);
      if (bytes.length != Envelope.KEY_BYTES) {
        throw damaged();
      }
      return bytes.clone();
    } finally {
      values.values().forEach(SecretValue::close);
    }
  }

  /** Keeps a value in place of an older one. */
  void keep(Configured provider, Reference reference, SecretValue value, Instant now) {
    byte[] plain = value.bytes(Reveal.SEAL);
    if (plain.length > MAX_VALUE) {
      return;
    }
    long time = now.toEpochMilli();
    byte[] sealed = Envelope.seal(key, bound(provider, reference, time), plain);
    ByteBuffer content = ByteBuffer.allocate(8 + sealed.length).putLong(time).put(sealed).flip();
    try {
      Path own = Folders.create(folder.resolve(provider.name()), uid);
      Path temporary = own.resolve(".new-" + HexFormat.of().formatHex(Keys.random(8)));
      try {
        try (FileChannel channel =
            FileChannel.open(
                temporary,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------")))) {
          while (content.hasRemaining()) {
            channel.write(content);
          }
        }
        Files.move(
            temporary,
            own.resolve(file(provider, reference)),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The kept value; empty when there is none. Error 661 when it is not what was kept. */
  Optional<Kept> find(Configured provider, Reference reference) {
    Path file = folder.resolve(provider.name()).resolve(file(provider, reference));
    byte[] content;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      content = in.readNBytes(MAX_VALUE + 64);
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (content.length < 8 + Envelope.OVERHEAD_BYTES) {
      throw damaged();
    }
    long time = ByteBuffer.wrap(content).getLong();
    try {
      byte[] plain =
          Envelope.open(
              key,
              bound(provider, reference, time),
              Arrays.copyOfRange(content, 8, content.length));
      return Optional.of(
          new Kept(SecretValue.owning(reference.text(), plain), Instant.ofEpochMilli(time)));
    } catch (CryptoException e) {
      throw damaged();
    }
  }

  /** Forgets one value; nothing when none was kept. */
  void forget(Configured provider, Reference reference) {
    try {
      Files.deleteIfExists(folder.resolve(provider.name()).resolve(file(provider, reference)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PaleException damaged() {
    return PaleException.of(
        661,
        "a kept value cannot be authenticated",
        "its file in Pale's state folder was changed, or its key was",
        "pale provider cache clear");
  }

  /** Forgets what was kept; the number of values. */
  static int clear(Session session, Optional<String> provider) {
    Path folder = folder(session);
    Path from = provider.map(folder::resolve).orElse(folder);
    if (!Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
      return 0;
    }
    int removed = 0;
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          if (!file.equals(folder)) {
            Files.deleteIfExists(file);
          }
        } else {
          Files.deleteIfExists(file);
          removed++;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return removed;
  }

  /** A changed address or namespace is another store: its values must not stand in. */
  private static AssociatedData named(Configured provider, Reference reference) {
    AssociatedData data =
        AssociatedData.of("pale/kept-reference/1").text(provider.name()).text(provider.kind());
    data = data.number(provider.settings().size());
    for (Map.Entry<String, String> setting : provider.settings().entrySet()) {
      data = data.text(setting.getKey()).text(setting.getValue());
    }
    return data.text(reference.text());
  }

  private static AssociatedData bound(Configured provider, Reference reference, long time) {
    return named(provider, reference).number(time);
  }

  private String file(Configured provider, Reference reference) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(named(provider, reference).encoded()), 0, 20);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
    }
  }
}
