package dev.pale.gateway.approve;

/**
 * A question that waits for the human.
 *
 * @param id random, 16 hexadecimal digits: an answer names it
 * @param request what is asked about
 * @param waiting how many identical requests wait; an approval lets one of them through
 * @param ageSeconds how long ago the first of them came
 */
public record Pending(String id, CanonicalRequest request, int waiting, long ageSeconds) {
  private static final int LONGEST_WORD = 60;
  private static final int LONGEST_TARGET = 300;
  private static final int HASH_DIGITS = 16;

  /**
   * The request as lines for a terminal, without a line end at the last. Printable ASCII and {@code
   * …} only: whatever the client wrote beyond that is escaped as {@code \\u{202e}}, and what is
   * long is cut in the middle, with the number of characters left out. Each line starts with a word
   * of ours, so that nothing the client wrote can pass for one.
   */
  public String display() {
    StringBuilder text = new StringBuilder(256);
    text.append("request ").append(SafeText.of(request.method(), LONGEST_WORD));
    text.append("\nto      ").append(SafeText.of(request.authority(), LONGEST_TARGET));
    text.append("\npath    ").append(SafeText.of(request.target(), LONGEST_TARGET));
    text.append("\nsecrets ");
    if (request.secrets().isEmpty()) {
      text.append("none");
    }
    String comma = "";
    for (String secret : request.secrets()) {
      text.append(comma).append(SafeText.of(secret, LONGEST_WORD));
      comma = ", ";
    }
    text.append("\nbody    ");
    if (request.bodyBytes() == 0) {
      text.append("none");
    } else {
      text.append(request.bodyBytes()).append(" bytes, sha256 ");
      text.append(SafeText.of(hashStart(), HASH_DIGITS));
      if (!request.contentType().isEmpty()) {
        text.append(", said to be ").append(SafeText.of(request.contentType(), LONGEST_WORD));
      }
    }
    text.append("\nrule    ").append(SafeText.of(request.rule(), LONGEST_WORD));
    text.append("\nfrom    ").append(SafeText.of(request.session(), LONGEST_WORD));
    if (waiting > 1) {
      text.append("\nwaiting ").append(waiting).append(" identical requests, one will pass");
    }
    return text.toString();
  }

  private String hashStart() {
    String hash = request.bodySha256();
    return hash.substring(0, Math.min(HASH_DIGITS, hash.length()));
  }
}
