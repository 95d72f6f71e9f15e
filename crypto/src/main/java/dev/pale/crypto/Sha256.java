package dev.pale.crypto;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of the JDK, without its lookup of providers where the runtime opens that ({@code
 * --add-opens java.base/sun.security.provider=ALL-UNNAMED}); see {@link Gcm} for why.
 *
 * <p>Not thread-safe.
 */
abstract class Sha256 {
  /** The cheapest way that this runtime has. */
  static Sha256 create() {
    Sha256 direct = Direct.create();
    return direct == null ? new LookedUp() : direct;
  }

  abstract void update(byte[] piece, int offset, int length);

  /** The hash, 32 bytes; starts anew. */
  abstract byte[] digest();

  /** By the JDK's lookup of providers. */
  static final class LookedUp extends Sha256 {
    private final MessageDigest digest;

    LookedUp() {
      try {
        digest = MessageDigest.getInstance("SHA-256", "SUN");
      } catch (GeneralSecurityException e) {
        throw unavailable(e);
      }
    }

    @Override
    void update(byte[] piece, int offset, int length) {
      digest.update(piece, offset, length);
    }

    @Override
    byte[] digest() {
      return digest.digest();
    }
  }

  /** The same implementation without the lookup. */
  static final class Direct extends Sha256 {
    private static final @Nullable Parts PARTS = Parts.find();

    private final Parts parts;
    private final Object digest;

    private Direct(Parts parts, Object digest) {
      this.parts = parts;
      this.digest = digest;
    }

    /** Null where the runtime keeps its implementation closed. */
    static @Nullable Sha256 create() {
      Parts found = PARTS;
      if (found == null) {
        return null;
      }
      try {
        return new Direct(found, found.constructor.newInstance());
      } catch (ReflectiveOperationException e) {
        return null;
      }
    }

    @Override
    void update(byte[] piece, int offset, int length) {
      try {
        parts.update.invoke(digest, piece, offset, length);
      } catch (ReflectiveOperationException e) {
        throw unavailable(e);
      }
    }

    @Override
    byte[] digest() {
      try {
        return (byte[]) parts.digest.invoke(digest);
      } catch (ReflectiveOperationException e) {
        throw unavailable(e);
      }
    }
  }

  /** The methods behind the lookup. */
  private record Parts(Constructor<?> constructor, Method update, Method digest) {
    static @Nullable Parts find() {
      try {
        Class<?> type = Class.forName("sun.security.provider.SHA2$SHA256");
        Class<?> base = Class.forName("sun.security.provider.DigestBase");
        Constructor<?> constructor = type.getDeclaredConstructor();
        Method update = base.getDeclaredMethod("engineUpdate", byte[].class, int.class, int.class);
        Method digest = base.getDeclaredMethod("engineDigest");
        constructor.setAccessible(true);
        update.setAccessible(true);
        digest.setAccessible(true);
        return new Parts(constructor, update, digest);
      } catch (ReflectiveOperationException | RuntimeException closed) {
        return null;
      }
    }
  }

  private static CryptoException unavailable(Exception e) {
    return new CryptoException(
        CryptoException.Kind.UNAVAILABLE, "SHA-256 does not work in this Java runtime", e);
  }
}
