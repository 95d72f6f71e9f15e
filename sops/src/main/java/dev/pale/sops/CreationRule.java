package dev.pale.sops;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a new file is encrypted: the rule of {@code .sops.yaml} whose pattern matches its path.
 *
 * <p>Immutable.
 *
 * @param groups the key groups, their keys not wrapped yet; may be empty
 * @param shamirThreshold how many groups it takes; 0 for all
 * @param selector which values are encrypted; empty for all but those under {@code _unencrypted}
 * @param macOnlyEncrypted whether the mac leaves out plain values
 */
public record CreationRule(
    List<List<MasterKey>> groups,
    int shamirThreshold,
    Optional<SopsMetadata.Selector> selector,
    boolean macOnlyEncrypted) {
  public CreationRule {
    List<List<MasterKey>> copy = new ArrayList<>();
    groups.forEach(group -> copy.add(List.copyOf(group)));
    groups = List.copyOf(copy);
  }
}
