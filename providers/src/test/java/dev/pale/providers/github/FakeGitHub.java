package dev.pale.providers.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.formats.json.JsonValue.JsonArray;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeRequest;
import dev.pale.providers.fake.FakeServer;
import dev.pale.providers.http.JsonAnswers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.bouncycastle.crypto.engines.Salsa20Engine;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * GitHub's secrets of repositories, environments and organisations. Checks token and headers, and
 * opens the boxes with BouncyCastle's primitives: what does not open is refused as GitHub does.
 */
final class FakeGitHub implements FakeServer.Handler {
  static final String TOKEN = "github_pat_11AAA.x9Z";

  /** Path of a list, then name, then the value that was in the box. */
  final Map<String, Map<String, String>> secrets = new TreeMap<>();

  final Map<String, String> visibility = new TreeMap<>();
  final Map<String, String> selected = new TreeMap<>();
  String prefix = "";
  String publicKey;
  boolean endless;
  boolean appToken;
  int keysGiven;
  private final byte[] privateKey = new byte[32];

  FakeGitHub() {
    new Random(5).nextBytes(privateKey);
    byte[] key = new byte[32];
    X25519.scalarMultBase(privateKey, 0, key, 0);
    publicKey = Base64.getEncoder().encodeToString(key);
    for (String list :
        List.of(
            "/repos/acme/api/actions/secrets",
            "/repos/acme/api/environments/pro%2Fd%20eu/secrets",
            "/orgs/acme/actions/secrets")) {
      secrets.put(list, new TreeMap<>());
    }
  }

  @Override
  public synchronized FakeAnswer answer(FakeRequest request) {
    if (!request.header("authorization").equals("Bearer " + TOKEN)) {
      return FakeAnswer.json(401, "{\"message\":\"Bad credentials\"}");
    }
    assertThat(request.header("x-github-api-version")).isEqualTo("2022-11-28");
    assertThat(request.header("accept")).isEqualTo("application/vnd.github+json");
    assertThat(request.path()).startsWith(prefix);
    String path = request.path().substring(prefix.length());
    if (path.equals("/user")) {
      return appToken
          ? FakeAnswer.json(403, "{\"message\":\"Resource not accessible by integration\"}")
          : FakeAnswer.json(200, "{\"login\":\"octocat\"}");
    }
    if (path.equals("/rate_limit")) {
      return FakeAnswer.json(200, "{}");
    }
    for (Map.Entry<String, Map<String, String>> each : secrets.entrySet()) {
      if (path.startsWith(each.getKey())) {
        return secrets(request, each.getKey(), path.substring(each.getKey().length()));
      }
    }
    return FakeAnswer.json(404, "{\"message\":\"Not Found\"}");
  }

  private FakeAnswer secrets(FakeRequest request, String list, String rest) {
    Map<String, String> there = secrets.get(list);
    if (rest.isEmpty()) {
      return list(request, there);
    }
    if (rest.equals("/public-key")) {
      keysGiven++;
      return FakeAnswer.json(
          200, "{\"key_id\":\"568250167242549743\",\"key\":\"" + publicKey + "\"}");
    }
    if (rest.endsWith("/repositories")) {
      return FakeAnswer.json(
          200, "{\"total_count\":2,\"repositories\":[{\"id\":17},{\"id\":1296269}]}");
    }
    assertThat(request.method()).isEqualTo("PUT");
    String name = rest.substring(1);
    if (!JsonAnswers.text(request.json(), "key_id").orElse("").equals("568250167242549743")) {
      return FakeAnswer.json(422, "{}");
    }
    byte[] box =
        Base64.getDecoder()
            .decode(JsonAnswers.text(request.json(), "encrypted_value").orElseThrow());
    byte[] value = open(box);
    if (value == null) {
      return FakeAnswer.json(422, "{}");
    }
    boolean isNew = there.put(name, new String(value, StandardCharsets.UTF_8)) == null;
    if (list.startsWith("/orgs/")) {
      visibility.put(name, JsonAnswers.text(request.json(), "visibility").orElseThrow());
      JsonAnswers.at(request.json(), "selected_repository_ids")
          .ifPresent(ids -> selected.put(name, new JsonWriter().value((JsonArray) ids).toString()));
    } else {
      assertThat(JsonAnswers.text(request.json(), "visibility")).isEmpty();
    }
    return isNew ? FakeAnswer.json(201, "{}") : FakeAnswer.empty(204);
  }

  private FakeAnswer list(FakeRequest request, Map<String, String> there) {
    int size = Integer.parseInt(request.query().get("per_page"));
    int from = (Integer.parseInt(request.query().get("page")) - 1) * size;
    List<String> names = List.copyOf(there.keySet());
    JsonWriter answer =
        new JsonWriter()
            .beginObject()
            .member("total_count", names.size())
            .name("secrets")
            .beginArray();
    for (int i = from; i < from + size && (endless || i < names.size()); i++) {
      String name = endless ? "N" + i : names.get(i);
      answer.beginObject().member("name", name);
      if (visibility.containsKey(name)) {
        answer.member("visibility", visibility.get(name));
      }
      answer.endObject();
    }
    return FakeAnswer.json(200, answer.endArray().endObject().toString());
  }

  /** libsodium's {@code crypto_box_seal_open}; null for what does not open. */
  private byte[] open(byte[] box) {
    byte[] ephemeral = Arrays.copyOf(box, 32);
    byte[] shared = new byte[32];
    X25519.scalarMult(privateKey, 0, ephemeral, 0, shared, 0);
    Blake2bDigest digest = new Blake2bDigest(192);
    digest.update(ephemeral, 0, 32);
    digest.update(Base64.getDecoder().decode(publicKey), 0, 32);
    byte[] nonce = new byte[24];
    digest.doFinal(nonce, 0);
    XSalsa20Engine engine = new XSalsa20Engine();
    engine.init(false, new ParametersWithIV(new KeyParameter(hsalsa20(shared)), nonce));
    byte[] macKey = new byte[32];
    engine.processBytes(macKey, 0, 32, macKey, 0);
    Poly1305 mac = new Poly1305();
    mac.init(new KeyParameter(macKey));
    mac.update(box, 48, box.length - 48);
    byte[] tag = new byte[16];
    mac.doFinal(tag, 0);
    if (!Arrays.equals(tag, Arrays.copyOfRange(box, 32, 48))) {
      return null;
    }
    byte[] message = new byte[box.length - 48];
    engine.processBytes(box, 48, message.length, message, 0);
    return message;
  }

  /** HSalsa20 with zeros: BouncyCastle's core, without the addition at its end. */
  private static byte[] hsalsa20(byte[] key) {
    int[] k = new int[8];
    ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(k);
    int[] in = {
      0x61707865,
      k[0],
      k[1],
      k[2],
      k[3],
      0x3320646e,
      0,
      0,
      0,
      0,
      0x79622d32,
      k[4],
      k[5],
      k[6],
      k[7],
      0x6b206574
    };
    int[] out = new int[16];
    Salsa20Engine.salsaCore(20, in, out);
    ByteBuffer result = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    for (int i : new int[] {0, 5, 10, 15, 6, 7, 8, 9}) {
      result.putInt(out[i] - in[i]);
    }
    return result.array();
  }
}
