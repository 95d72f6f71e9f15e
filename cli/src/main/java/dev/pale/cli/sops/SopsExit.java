package dev.pale.cli.sops;

import dev.pale.delivery.Launcher;
import dev.pale.secrets.PaleException;

/**
 * The exit statuses of {@code pale sops}: those of sops, because scripts ask for them. This is the
 * one family of commands whose statuses are not Pale's own.
 */
public final class SopsExit {
  private SopsExit() {}

  /** The status that sops ends with for the same failure. */
  public static int status(PaleException failure) {
    int code = failure.code();
    if (code >= 300 && code < 350) {
      return Launcher.exitStatus(failure);
    }
    return switch (code) {
      // The input cannot be read.
      case 450, 451, 452, 491 -> 2;
      // The output cannot be written.
      case 490 -> 3;
      case 453 -> 4;
      case 496 -> 6;
      case 484 -> 7;
      // Options that exclude each other.
      case 488 -> 8;
      case 461, 462 -> 23;
      case 456, 457 -> 25;
      case 492 -> 49;
      case 458, 459 -> 51;
      case 499 -> 61;
      case 466 -> 91;
      case 489 -> 100;
      case 480 -> 111;
      case 495 -> 112;
      case 475 -> 128;
      case 485 -> 200;
      case 144 -> 201;
      case 460, 487 -> 203;
      default -> 1;
    };
  }
}
