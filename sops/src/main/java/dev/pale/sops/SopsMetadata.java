package dev.pale.sops;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What SOPS writes beside the values: who can open the file, what is encrypted, and the sum over
 * the content. None of it is authenticated but the date of the last change.
 *
 * <p>Immutable.
 *
 * @param groups the key groups; one is the usual case, with several the data key is split over them
 * @param shamirThreshold how many groups it takes; 0 when the file does not say
 * @param lastModified with the precision of a second, as it is authenticated with the mac
 * @param mac as it stands in the file, encrypted; empty before the first encryption
 * @param selector which values are encrypted; empty means all but those under a key that ends with
 *     {@code _unencrypted}
 * @param macOnlyEncrypted whether the mac leaves out the plain values
 * @param version the version of sops that wrote the file
 * @param unknown fields that this program does not know, kept as they are
 */
public record SopsMetadata(
    List<List<MasterKey>> groups,
    int shamirThreshold,
    OffsetDateTime lastModified,
    String mac,
    Optional<Selector> selector,
    boolean macOnlyEncrypted,
    String version,
    SopsNode.Branch unknown) {

  /** The version of sops whose output we write. */
  public static final String VERSION = "3.13.2";

  public static final String DEFAULT_UNENCRYPTED_SUFFIX = "_unencrypted";

  /** The ways to choose what is encrypted; the names are those of the metadata. */
  public enum SelectorKind {
    UNENCRYPTED_SUFFIX("unencrypted_suffix"),
    ENCRYPTED_SUFFIX("encrypted_suffix"),
    UNENCRYPTED_REGEX("unencrypted_regex"),
    ENCRYPTED_REGEX("encrypted_regex"),
    UNENCRYPTED_COMMENT_REGEX("unencrypted_comment_regex"),
    ENCRYPTED_COMMENT_REGEX("encrypted_comment_regex");

    private final String field;

    SelectorKind(String field) {
      this.field = field;
    }

    public String field() {
      return field;
    }
  }

  /**
   * Which values are encrypted.
   *
   * @param text a suffix, or a regular expression in RE2's syntax that is searched for anywhere;
   *     not empty
   */
  public record Selector(SelectorKind kind, String text) {}

  public SopsMetadata {
    List<List<MasterKey>> copy = new ArrayList<>();
    groups.forEach(group -> copy.add(List.copyOf(group)));
    groups = List.copyOf(copy);
    lastModified = lastModified.truncatedTo(ChronoUnit.SECONDS);
  }

  /** Metadata for a new file, without mac and with keys yet to be wrapped. */
  public static SopsMetadata of(
      List<List<MasterKey>> groups,
      int shamirThreshold,
      Optional<Selector> selector,
      boolean macOnlyEncrypted) {
    return new SopsMetadata(
        groups,
        shamirThreshold,
        OffsetDateTime.of(1970, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC),
        "",
        selector,
        macOnlyEncrypted,
        VERSION,
        new SopsNode.Branch(List.of()));
  }

  public SopsMetadata withGroups(List<List<MasterKey>> changed, int threshold) {
    return new SopsMetadata(
        changed, threshold, lastModified, mac, selector, macOnlyEncrypted, version, unknown);
  }

  public SopsMetadata withSelector(Optional<Selector> changed, boolean onlyEncrypted) {
    return new SopsMetadata(
        groups, shamirThreshold, lastModified, mac, changed, onlyEncrypted, version, unknown);
  }

  public SopsMetadata withMac(OffsetDateTime when, String sealedMac) {
    return new SopsMetadata(
        groups, shamirThreshold, when, sealedMac, selector, macOnlyEncrypted, version, unknown);
  }

  public SopsMetadata withVersion(String changed) {
    return new SopsMetadata(
        groups, shamirThreshold, lastModified, mac, selector, macOnlyEncrypted, changed, unknown);
  }
}
