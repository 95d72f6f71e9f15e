package dev.pale.crypto;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * One cipher object of the JDK for AES-256-GCM, to be used again and again.
 *
 * <p>The first {@code Cipher.getInstance} of a process costs about 30 ms of processor time, nearly
 * all of it for finding providers and reading policy files, not for the cipher; a {@code pale run}
 * pays it each time. So the JDK's own implementation behind that lookup is taken directly where the
 * runtime opens it to us ({@code --add-opens java.base/com.sun.crypto.provider=ALL-UNNAMED}); in
 * any other runtime the lookup is made. It is the same code either way, and a test holds both to
 * the same vectors.
 *
 * <p>Not thread-safe.
 */
abstract class Gcm {
  /** The cheapest way that this runtime has. */
  static Gcm create() {
    Gcm direct = Direct.create();
    return direct == null ? new LookedUp() : direct;
  }

  /**
   * Encrypts or decrypts one message.
   *
   * @param mode {@link Cipher#ENCRYPT_MODE} or {@link Cipher#DECRYPT_MODE}
   * @throws GeneralSecurityException {@code AEADBadTagException} when the tag is wrong
   */
  abstract byte[] crypt(
      int mode, Key key, GCMParameterSpec nonce, byte[] aad, byte[] input, int offset, int length)
      throws GeneralSecurityException;

  /** By the JDK's lookup of providers. */
  static final class LookedUp extends Gcm {
    private final Cipher cipher;

    LookedUp() {
      try {
        cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
      } catch (GeneralSecurityException e) {
        throw unavailable(e);
      }
    }

    @Override
    byte[] crypt(
        int mode, Key key, GCMParameterSpec nonce, byte[] aad, byte[] input, int offset, int length)
        throws GeneralSecurityException {
      cipher.init(mode, key, nonce);
      cipher.updateAAD(aad);
      return cipher.doFinal(input, offset, length);
    }
  }

  /** The same implementation without the lookup. */
  static final class Direct extends Gcm {
    private static final @Nullable Parts PARTS = Parts.find();

    private final Parts parts;
    private final Object cipher;

    private Direct(Parts parts, Object cipher) {
      this.parts = parts;
      this.cipher = cipher;
    }

    /** Null where the runtime keeps its implementation closed. */
    static @Nullable Gcm create() {
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
    byte[] crypt(
        int mode, Key key, GCMParameterSpec nonce, byte[] aad, byte[] input, int offset, int length)
        throws GeneralSecurityException {
      try {
        parts.init.invoke(cipher, mode, key, nonce, null);
        parts.updateAad.invoke(cipher, aad, 0, aad.length);
        return (byte[]) parts.doFinal.invoke(cipher, input, offset, length);
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof GeneralSecurityException failure) {
          throw failure;
        }
        throw unavailable(e);
      } catch (IllegalAccessException e) {
        throw unavailable(e);
      }
    }
  }

  /** The methods behind the lookup. */
  private record Parts(Constructor<?> constructor, Method init, Method updateAad, Method doFinal) {
    static @Nullable Parts find() {
      try {
        Class<?> type = Class.forName("com.sun.crypto.provider.GaloisCounterMode$AESGCM");
        Class<?> mode = type.getSuperclass();
        Constructor<?> constructor = type.getDeclaredConstructor();
        Method init =
            mode.getDeclaredMethod(
                "engineInit",
                int.class,
                Key.class,
                AlgorithmParameterSpec.class,
                SecureRandom.class);
        Method aad = mode.getDeclaredMethod("engineUpdateAAD", byte[].class, int.class, int.class);
        Method last = mode.getDeclaredMethod("engineDoFinal", byte[].class, int.class, int.class);
        constructor.setAccessible(true);
        init.setAccessible(true);
        aad.setAccessible(true);
        last.setAccessible(true);
        return new Parts(constructor, init, aad, last);
      } catch (ReflectiveOperationException | RuntimeException closed) {
        return null;
      }
    }
  }

  private static CryptoException unavailable(Exception e) {
    return new CryptoException(
        CryptoException.Kind.UNAVAILABLE, "AES-256-GCM does not work in this Java runtime", e);
  }
}
