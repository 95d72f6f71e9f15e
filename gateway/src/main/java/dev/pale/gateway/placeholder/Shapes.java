package dev.pale.gateway.placeholder;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The catalogue of shapes.
 *
 * <p>A placeholder has at least 128 random bits, but for those whose vendors' forms have no room
 * beside the check characters: {@code uuid} and the shapes that hold one ({@code heroku}, {@code
 * hubspot}) 90; {@code aws-key-id} 50; {@code gitlab} 83; {@code hex32} and all that are 32
 * hexadecimal digits ({@code datadog}'s API key, {@code twilio}, {@code algolia}, {@code mailgun},
 * {@code deepseek}, {@code shopify}) 96; {@code vercel} 107; {@code stripe}'s old 24 characters
 * 107; {@code docker} 125. Each is far from being guessed: what a guess would win is a fake.
 *
 * <p>The forms are the vendors' published or commonly seen ones. A number of characters is the
 * usual one; where the real value is longer or shorter, so is the placeholder.
 *
 * <p>Thread-safe: no state.
 */
public final class Shapes {
  /** Name, then forms; the first is the default. */
  private static final String[][] VENDORS = {
    {"anthropic", "sk-ant-api03-<b93>AA", "sk-ant-oat01-<b93>AA", "sk-ant-admin01-<b93>AA"},
    {"anthropic-oauth", "sk-ant-oat01-<b93>AA", "sk-ant-ort01-<b93>AA"},
    {"openrouter", "sk-or-v1-<h64>"},
    {"openai", "sk-proj-<b156>", "sk-svcacct-<b156>", "sk-admin-<b156>", "sk-<b48>"},
    {"deepseek", "sk-<h32>"},
    {"github", "ghp_<b36>", "gho_<b36>", "ghu_<b36>", "ghs_<b36>", "github_pat_<b22>_<b59>"},
    {"gitlab", "glpat-<b20>", "gldt-<b20>", "glrt-<b20>", "glcbt-<b20>", "gloas-<h64>"},
    {"gemini", "AIza<b35>"},
    {"aws-key-id", "AKIA<k16>", "ASIA<k16>"},
    {"aws-secret", "<b40>"},
    {"stripe", "sk_live_<b99>", "sk_test_<b99>", "rk_live_<b99>", "rk_test_<b99>", "whsec_<b32>"},
    {
      "slack",
      "xoxb-<d12>-<d13>-<b24>",
      "xoxp-<d12>-<d12>-<d13>-<h32>",
      "xapp-1-A<u10>-<d13>-<h64>",
      "xoxe.xoxp-1-<b146>",
      "xoxe-1-<b147>"
    },
    {"telegram", "<d10>:AA<b33>"},
    {"discord", "MT<b24>.G<b5>.<b38>"},
    {"npm", "npm_<b36>"},
    {"pypi", "pypi-AgEIcHlwaS5vcmc<b157>"},
    {"docker", "dckr_pat_<b27>", "dckr_oat_<b32>"},
    {"huggingface", "hf_<b34>"},
    {"notion", "ntn_<b46>", "secret_<b43>"},
    {"linear", "lin_api_<b40>", "lin_oauth_<h64>"},
    {"sentry", "sntrys_<b120>", "sntryu_<h64>", "<h64>"},
    {"datadog", "<h32>"},
    {"datadog-app", "<h40>"},
    {"cloudflare", "<b40>", "<h37>"},
    {"vercel", "<b24>", "vcp_<b56>"},
    {"supabase", "sbp_<h40>", "sb_secret_<b31>", "sb_publishable_<b31>"},
    {"twilio", "<h32>", "SK<h32>"},
    {"jira", "ATATT3xFfGF0<b171>=<H8>", "<b24>"},
    {"groq", "gsk_<b52>"},
    {"xai", "xai-<b80>"},
    {"mistral", "<b32>"},
    {"cohere", "<b40>"},
    {"perplexity", "pplx-<b48>"},
    {"sendgrid", "SG.<b22>.<b43>"},
    {"resend", "re_<b8>_<b24>", "re_<b33>"},
    {"mailgun", "<h32>-<h8>-<h8>", "key-<h32>"},
    {"netlify", "nfp_<b36>"},
    {"fly", "fo1_<b43>"},
    {"digitalocean", "dop_v1_<h64>", "doo_v1_<h64>"},
    {"circleci", "CCIPAT_<b22>_<h40>", "<h40>"},
    {"buildkite", "bkua_<h40>"},
    {"figma", "figd_<b40>"},
    {"airtable", "pat<b14>.<h64>"},
    {"shopify", "shpat_<h32>", "shpca_<h32>"},
    {"algolia", "<h32>"},
    {"pinecone", "pcsk_<b6>_<b63>"},
    {"replicate", "r8_<b37>"},
    {"elevenlabs", "sk_<h48>"},
    {"tavily", "tvly-dev-<b32>", "tvly-<b32>"},
    {"brave", "BSA<b28>"},
    {"voyage", "pa-<b43>"},
    {"together", "tgp_v1_<b43>", "<h64>"},
    {"fireworks", "fw_<b24>"},
    {"posthog", "phx_<b43>", "phc_<b43>"},
    {"planetscale", "pscale_tkn_<b43>"},
    {"doppler", "dp.pt.<b43>", "dp.st.<b43>"},
    {"grafana", "glsa_<b32>_<h8>"},
    {"newrelic", "NRAK-<u27>"},
    {"postman", "PMAK-<h24>-<h34>"},
    {"pulumi", "pul-<h40>"},
    {"terraform", "<b14>.atlasv1.<b67>"},
    {"asana", "<d1>/<d16>:<h32>"},
    {"square", "EAAA<b60>"},
    {"hex32", "<h32>"},
    {"hex40", "<h40>"},
    {"hex64", "<h64>"},
  };

  private static final Shape JWT = new JwtShape("jwt");
  private static final Shape UUID = new UuidShape("uuid", "");
  private static final Shape DATABASE = new DatabaseUrl("database-url");
  private static final Map<String, Shape> ALL = build();

  private static final List<Shape> LIST = List.copyOf(ALL.values());

  private Shapes() {}

  private static Map<String, Shape> build() {
    Map<String, Shape> all = new LinkedHashMap<>();
    for (String[] row : VENDORS) {
      List<Pattern> patterns = new ArrayList<>();
      for (int i = 1; i < row.length; i++) {
        patterns.add(new Pattern(row[i]));
      }
      all.put(row[0], new VendorShape(row[0], List.copyOf(patterns)));
    }
    all.put("jwt", JWT);
    all.put("uuid", UUID);
    all.put("hubspot", new UuidShape("hubspot", "pat-na1-"));
    all.put("heroku", new UuidShape("heroku", "HRKU-"));
    all.put("database-url", DATABASE);
    all.put("hex", new GenericShape("hex", Alphabet.HEX));
    all.put("hex-upper", new GenericShape("hex-upper", Alphabet.HEX_UPPER));
    all.put("digits", new GenericShape("digits", Alphabet.DIGITS));
    all.put("lower", new GenericShape("lower", Alphabet.LOWER36));
    all.put("upper", new GenericShape("upper", Alphabet.UPPER36));
    all.put("generic", new GenericShape("generic", Alphabet.BASE62));
    return all;
  }

  /** A shape by its name. */
  public static Optional<Shape> named(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  /** All shapes. */
  public static List<Shape> all() {
    return LIST;
  }

  /**
   * The shape for a real value: the service's when the value has one of its forms; else the one
   * that the value's own form tells (another vendor's prefix, a JSON Web Token, a UUID, a
   * database's URL); else the service's usual form; else letters and digits of the value's class.
   *
   * @param real any bytes; only looked at
   * @param serviceShape a name; one that is empty or unknown counts for nothing
   */
  public static Shape guess(byte[] real, String serviceShape) {
    Shape wanted = ALL.get(serviceShape);
    if (wanted instanceof VendorShape vendor && vendor.patternOf(real) != null) {
      return wanted;
    }
    if (JwtShape.isJwt(real)) {
      return JWT;
    }
    if (isUuid(real)) {
      return UUID;
    }
    if (DatabaseUrl.password(real).length > 0) {
      return DATABASE;
    }
    Shape vendor = byPrefix(real);
    if (vendor != null) {
      return vendor;
    }
    boolean structured = wanted instanceof DatabaseUrl;
    return wanted == null || structured ? generic(real) : wanted;
  }

  private static boolean isUuid(byte[] real) {
    if (real.length != 36) {
      return false;
    }
    for (int i = 0; i < 36; i++) {
      boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
      int c = real[i];
      boolean hex = Alphabet.HEX.digit(c) >= 0 || Alphabet.HEX_UPPER.digit(c) >= 0;
      if (hyphen ? c != '-' : !hex) {
        return false;
      }
    }
    return true;
  }

  /** The vendor with the longest prefix that tells something: one with a separator at its end. */
  private static @org.jspecify.annotations.Nullable Shape byPrefix(byte[] real) {
    Shape best = null;
    int longest = 2;
    for (Shape each : ALL.values()) {
      if (each instanceof VendorShape vendor) {
        Pattern pattern = vendor.patternOf(real);
        if (pattern != null && real.length >= 20 && isToken(real)) {
          String prefix = pattern.prefix();
          boolean telling =
              !prefix.isEmpty()
                  && (prefix.length() >= 4
                      || Alphabet.membershipOf(prefix.charAt(prefix.length() - 1)) == 0);
          if (telling && prefix.length() > longest) {
            longest = prefix.length();
            best = each;
          }
        }
      }
    }
    return best;
  }

  private static boolean isToken(byte[] real) {
    for (byte c : real) {
      if (Alphabet.membershipOf(c) == 0 && "-_.=:/+".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Letters and digits of the value's class. */
  static Shape generic(byte[] real) {
    int common = real.length == 0 ? 0 : -1;
    for (byte c : real) {
      common &= Alphabet.membershipOf(c);
    }
    if (has(common, Alphabet.DIGITS)) {
      return of("digits");
    }
    if (has(common, Alphabet.HEX)) {
      // A form of 32 digits is what many clients insist on; it leaves 96 random bits.
      return of(real.length == 32 ? "hex32" : "hex");
    }
    if (has(common, Alphabet.HEX_UPPER)) {
      return of("hex-upper");
    }
    if (has(common, Alphabet.LOWER36)) {
      return of("lower");
    }
    return of(has(common, Alphabet.UPPER36) ? "upper" : "generic");
  }

  private static boolean has(int memberships, Alphabet alphabet) {
    return (memberships >> alphabet.number & 1) != 0;
  }

  private static Shape of(String name) {
    Shape shape = ALL.get(name);
    if (shape == null) {
      throw new IllegalArgumentException("no shape " + name);
    }
    return shape;
  }
}
