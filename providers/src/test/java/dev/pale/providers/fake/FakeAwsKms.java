package dev.pale.providers.fake;

import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonValue.JsonString;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.fake.FakeAws.Refusal;
import dev.pale.providers.http.JsonAnswers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** KMS' part of {@link FakeAws}: two keys and an alias; a wrong context or key is refused. */
public final class FakeAwsKms {
  /** A key. */
  public static final String KEY =
      "arn:aws:kms:"
          + FakeAws.REGION
          + ":"
          + FakeAws.ACCOUNT
          + ":key/1234abcd-12ab-34cd-56ef-1234567890ab";

  /** Another. */
  public static final String OTHER =
      "arn:aws:kms:"
          + FakeAws.REGION
          + ":"
          + FakeAws.ACCOUNT
          + ":key/99999999-12ab-34cd-56ef-1234567890ab";

  /** Stands for {@link #KEY}. */
  public static final String ALIAS =
      "arn:aws:kms:" + FakeAws.REGION + ":" + FakeAws.ACCOUNT + ":alias/sops";

  void answer(String operation, JsonObject in, JsonWriter out) {
    byte[] context = context(in);
    switch (operation) {
      case "Encrypt" -> {
        String key = key(FakeAwsSecrets.text(in, "KeyId"));
        byte[] plain = Base64.getDecoder().decode(FakeAwsSecrets.text(in, "Plaintext"));
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, key, context, plain);
        byte[] blob = new byte[sealed.length + 1];
        blob[0] = (byte) (key.equals(KEY) ? 1 : 2);
        System.arraycopy(sealed, 0, blob, 1, sealed.length);
        out.member("CiphertextBlob", Base64.getEncoder().encodeToString(blob)).member("KeyId", key);
      }
      case "Decrypt" -> {
        byte[] blob = Base64.getDecoder().decode(FakeAwsSecrets.text(in, "CiphertextBlob"));
        String by = blob[0] == 1 ? KEY : OTHER;
        if (JsonAnswers.text(in, "KeyId").filter(id -> !key(id).equals(by)).isPresent()) {
          throw new Refusal(400, "IncorrectKeyException");
        }
        byte[] sealed = java.util.Arrays.copyOfRange(blob, 1, blob.length);
        byte[] plain = crypt(Cipher.DECRYPT_MODE, by, context, sealed);
        out.member("Plaintext", Base64.getEncoder().encodeToString(plain)).member("KeyId", by);
      }
      default -> throw new Refusal(400, "UnknownOperationException");
    }
  }

  private static String key(String id) {
    if (id.equals(KEY) || id.equals(OTHER)) {
      return id;
    }
    if (id.equals(ALIAS)) {
      return KEY;
    }
    throw new Refusal(400, "NotFoundException");
  }

  private static byte[] context(JsonObject in) {
    StringBuilder text = new StringBuilder();
    JsonAnswers.inside(in, "EncryptionContext")
        .ifPresent(object ->
            new TreeMap<>(object.members())
                .forEach((k, v) ->
                    text.append(k).append('\0').append(((JsonString) v).text()).append('\0')));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] crypt(int mode, String key, byte[] context, byte[] input) {
    try {
      byte[] bytes =
          java.util.Arrays.copyOf(
              key.substring(key.length() - 36).getBytes(StandardCharsets.US_ASCII), 32);
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, new SecretKeySpec(bytes, "AES"), new GCMParameterSpec(128, new byte[12]));
      cipher.updateAAD(context);
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new Refusal(400, "InvalidCiphertextException");
    }
  }
}
