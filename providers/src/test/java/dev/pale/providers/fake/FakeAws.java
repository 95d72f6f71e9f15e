package dev.pale.providers.fake;

import dev.pale.crypto.sigv4.Header;
import dev.pale.crypto.sigv4.PayloadHash;
import dev.pale.crypto.sigv4.SigV4Credentials;
import dev.pale.crypto.sigv4.SigV4Verifier;
import dev.pale.crypto.sigv4.SignableRequest;
import dev.pale.crypto.sigv4.SigningRules;
import dev.pale.crypto.sigv4.Verdict;
import dev.pale.formats.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Secrets Manager, Parameter Store, KMS and STS of one account and region, on one address. Every
 * request but those with a web identity must be signed for the service that it asks, with a key of
 * the account, now, over this very body; temporary keys need their token. Error texts quote what
 * they should not.
 */
public final class FakeAws implements FakeServer.Handler {
  /** The region that requests must be signed for. */
  public static final String REGION = "eu-central-1";

  /** The account. */
  public static final String ACCOUNT = "123456789012";

  /** A key of a user. */
  public static final String KEY_ID = "AKIDPALEEXAMPLE";

  /** Its secret. */
  public static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

  private final Clock clock;
  private final Map<String, SigV4Credentials> keys = new ConcurrentHashMap<>();
  private final Map<String, String> principals = new ConcurrentHashMap<>();
  private final Set<String> expired = ConcurrentHashMap.newKeySet();
  private final Map<String, String> denied = new ConcurrentHashMap<>();
  private final List<String> operations = new CopyOnWriteArrayList<>();
  private final AtomicInteger throttled = new AtomicInteger();

  /** The parts. */
  public final FakeAwsSecrets secrets = new FakeAwsSecrets();

  public final FakeAwsParameters parameters = new FakeAwsParameters();

  public final FakeAwsKms kms = new FakeAwsKms();

  public final FakeAwsSts sts = new FakeAwsSts(this);

  /** With one user and its key. */
  public FakeAws(Clock clock) {
    this.clock = clock;
    addKey(KEY_ID, SECRET, null, "arn:aws:iam::" + ACCOUNT + ":user/pale");
  }

  /** One more key. */
  public void addKey(String id, String secret, String token, String principal) {
    keys.put(id, new SigV4Credentials(id, secret.getBytes(StandardCharsets.UTF_8), token));
    principals.put(id, principal);
  }

  /** A key that was good once. */
  public void expire(String id) {
    expired.add(id);
  }

  /** Answers an operation with this code from now on. */
  public void deny(String operation, String code) {
    denied.put(operation, code);
  }

  /** Throttles so many requests. */
  public void throttle(int times) {
    throttled.set(times);
  }

  /** What was done, in order: {@code GetSecretValue}. */
  public List<String> operations() {
    return operations;
  }

  Clock clock() {
    return clock;
  }

  String principal(String keyId) {
    return principals.get(keyId);
  }

  /** Says no, in the way of the service. */
  static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int status;
    final String code;

    Refusal(int status, String code) {
      super(code);
      this.status = status;
      this.code = code;
    }
  }

  @Override
  public FakeAnswer answer(FakeRequest request) {
    String target = request.header("x-amz-target");
    boolean xml = target.isEmpty();
    FakeAnswer answer;
    try {
      answer = xml ? sts(request) : json(request, target);
    } catch (Refusal refusal) {
      answer = refused(refusal, xml);
    }
    return answer
        .with(
            "Date",
            DateTimeFormatter.RFC_1123_DATE_TIME.format(clock.instant().atOffset(ZoneOffset.UTC)))
        .with("x-amzn-RequestId", "11111111-2222-3333-4444-555555555555");
  }

  private FakeAnswer sts(FakeRequest request) {
    String action = request.form().getOrDefault("Action", "");
    String key = action.equals("AssumeRoleWithWebIdentity") ? "" : verified(request, "sts");
    operations.add(action);
    check(action);
    return sts.answer(request, action, key);
  }

  private FakeAnswer json(FakeRequest request, String target) {
    String service =
        switch (target.substring(0, target.indexOf('.') + 1)) {
          case "secretsmanager." -> "secretsmanager";
          case "AmazonSSM." -> "ssm";
          case "TrentService." -> "kms";
          default -> throw new Refusal(400, "UnknownOperationException");
        };
    verified(request, service);
    if (!request.header("content-type").equals("application/x-amz-json-1.1")
        || !request.method().equals("POST")
        || !request.target().equals("/")) {
      throw new Refusal(400, "SerializationException");
    }
    String operation = target.substring(target.indexOf('.') + 1);
    operations.add(operation);
    check(operation);
    JsonWriter out = new JsonWriter().beginObject();
    switch (service) {
      case "secretsmanager" -> secrets.answer(operation, request.json(), out);
      case "ssm" -> parameters.answer(operation, request.json(), out);
      default -> kms.answer(operation, request.json(), out);
    }
    return FakeAnswer.bytes(
        200,
        "application/x-amz-json-1.1",
        out.endObject().toString().getBytes(StandardCharsets.UTF_8));
  }

  private void check(String operation) {
    if (throttled.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new Refusal(400, "ThrottlingException");
    }
    String code = denied.get(operation);
    if (code != null) {
      throw new Refusal(400, code);
    }
  }

  /** Whose request it is. */
  private String verified(FakeRequest request, String service) {
    List<Header> headers = new ArrayList<>();
    request
        .headers()
        .forEach((name, values) -> values.forEach(v -> headers.add(new Header(name, v))));
    SigV4Verifier verifier =
        new SigV4Verifier(
            id -> Optional.ofNullable(keys.get(id)),
            scope -> scope.region().equals(REGION) && scope.service().equals(service),
            SigningRules.STANDARD,
            Set.of(PayloadHash.Kind.HASH),
            clock);
    Verdict verdict =
        verifier.verify(
            new SignableRequest(request.method(), request.target(), headers), request.body());
    boolean xml = service.equals("sts");
    return switch (verdict) {
      case Verdict.Genuine genuine -> {
        if (expired.contains(genuine.accessKeyId())) {
          throw new Refusal(xml ? 403 : 400, xml ? "ExpiredToken" : "ExpiredTokenException");
        }
        yield genuine.accessKeyId();
      }
      case Verdict.Refused(Verdict.Reason reason) ->
          throw switch (reason) {
            case UNSIGNED -> new Refusal(400, "MissingAuthenticationTokenException");
            case UNKNOWN_KEY, WRONG_TOKEN ->
                xml
                    ? new Refusal(403, "InvalidClientTokenId")
                    : new Refusal(400, "UnrecognizedClientException");
            case MALFORMED -> new Refusal(400, "IncompleteSignatureException");
            default ->
                xml
                    ? new Refusal(403, "SignatureDoesNotMatch")
                    : new Refusal(400, "InvalidSignatureException");
          };
    };
  }

  private static FakeAnswer refused(Refusal refusal, boolean xml) {
    if (xml) {
      String text =
          "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender"
              + "</Type><Code>"
              + refusal.code
              + "</Code><Message>no "
              + ProviderContract.SENTINEL
              + "</Message></Error><RequestId>1</RequestId></ErrorResponse>";
      return FakeAnswer.bytes(refusal.status, "text/xml", text.getBytes(StandardCharsets.UTF_8));
    }
    String text =
        new JsonWriter()
            .beginObject()
            .member("__type", "com.amazonaws.fake#" + refusal.code)
            .member("message", "no " + ProviderContract.SENTINEL)
            .endObject()
            .toString();
    return FakeAnswer.bytes(
        refusal.status, "application/x-amz-json-1.1", text.getBytes(StandardCharsets.UTF_8));
  }

  static double seconds(Instant at) {
    return at.toEpochMilli() / 1000.0;
  }
}
