package dev.pale.providers.rest;

import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.secrets.PaleException;

/** Errors for answers that are none. */
public final class Refusals {
  private Refusals() {}

  /**
   * The error for a status that is not 2xx: 627 for 403, which is about what was asked for; 611 for
   * 401, which is about the credentials; 614 for others.
   *
   * @param service whose answer it is: {@code Doppler at https://api.doppler.com}
   * @param asked what was asked for, without credentials
   * @param code a code for machines; may be empty
   * @param mendCredentials what to do about a 401
   * @param mendRight what to do about a 403
   */
  public static PaleException of(
      String service,
      String asked,
      HttpAnswer answer,
      String code,
      String mendCredentials,
      String mendRight) {
    return switch (answer.status()) {
      case 401 -> JsonAnswers.failed(service, asked, answer, code, mendCredentials);
      case 403 ->
          PaleException.of(
              627,
              service + " does not give out " + asked,
              "status 403" + (code.isEmpty() ? "" : " (" + code + ")"),
              mendRight);
      case 429 ->
          JsonAnswers.failed(
              service, asked, answer, code, "wait a minute: the service counts requests");
      default -> JsonAnswers.failed(service, asked, answer, code, "");
    };
  }

  /**
   * Whether a failure concerns every reference: no connection, too slow, a redirect, a certificate,
   * refused credentials. Others concern what was asked for.
   */
  public static boolean concernsAll(PaleException failure) {
    return switch (failure.code()) {
      case 601, 602, 603, 605, 606, 608, 609, 611 -> true;
      default -> false;
    };
  }
}
