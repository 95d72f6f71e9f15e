package dev.pale.crypto.sigv4;

import java.util.regex.Pattern;

/**
 * What a signature is good for.
 *
 * @param region {@code eu-central-1}
 * @param service {@code secretsmanager}, as the service signs, which is not always its host's name
 */
public record SigningScope(String region, String service) {
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9-]{1,64}");

  public SigningScope {
    if (!WORD.matcher(region).matches() || !WORD.matcher(service).matches()) {
      throw new IllegalArgumentException("not a region or service");
    }
  }

  /** {@code 20150830/us-east-1/service/aws4_request}. */
  String on(String day) {
    return day + "/" + region + "/" + service + "/aws4_request";
  }
}
