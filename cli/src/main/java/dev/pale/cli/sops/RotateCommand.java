package dev.pale.cli.sops;

import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.sops.DataKeys;
import dev.pale.sops.Decrypted;
import dev.pale.sops.MasterKey;
import dev.pale.sops.MasterKeys;
import dev.pale.sops.SopsFile;
import dev.pale.sops.SopsMetadata;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "rotate",
    header = "Encrypt a file anew, with a new data key.",
    description = {
      "Every value gets a new ciphertext. With --add-… and --rm-… keys are added to the first group"
          + " or removed from all.",
      "",
      "Limits: who had a key that is removed now, and a copy of the file, keeps the old values:"
          + " change those too. Anybody who can write the file can have added a key to its list: mind"
          + " what is printed. A coding agent cannot do this."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale sops rotate -i secrets.yaml",
      "  pale sops rotate -i --add-age age1new --rm-age age1old secrets.yaml"
    })
final class RotateCommand extends SopsCommand {
  @Parameters(paramLabel = "FILE", arity = "0..1", description = "The encrypted file.")
  String name = "";

  @Option(
      names = {"-i", "--in-place"},
      description = "Write over the file.")
  boolean inPlace;

  @Option(names = "--output", paramLabel = "FILE", description = "Write this file.")
  String output = "";

  @Option(names = "--add-age", paramLabel = "RECIPIENTS", description = "Add age recipients.")
  String addAge = "";

  @Option(names = "--rm-age", paramLabel = "RECIPIENTS", description = "Remove age recipients.")
  String removeAge = "";

  @Option(names = "--add-pgp", paramLabel = "FINGERPRINTS", description = "Add OpenPGP keys.")
  String addPgp = "";

  @Option(names = "--rm-pgp", paramLabel = "FINGERPRINTS", description = "Remove OpenPGP keys.")
  String removePgp = "";

  @Option(names = "--add-kms", paramLabel = "ARNS", description = "Add AWS KMS keys.")
  String addKms = "";

  @Option(names = "--rm-kms", paramLabel = "ARNS", description = "Remove AWS KMS keys.")
  String removeKms = "";

  @Option(names = "--add-gcp-kms", paramLabel = "IDS", description = "Add GCP KMS keys.")
  String addGcp = "";

  @Option(names = "--rm-gcp-kms", paramLabel = "IDS", description = "Remove GCP KMS keys.")
  String removeGcp = "";

  @Option(names = "--add-azure-kv", paramLabel = "URLS", description = "Add Azure keys.")
  String addAzure = "";

  @Option(names = "--rm-azure-kv", paramLabel = "URLS", description = "Remove Azure keys.")
  String removeAzure = "";

  @Option(names = "--add-hc-vault-transit", paramLabel = "URIS", description = "Add Vault keys.")
  String addVault = "";

  @Option(names = "--rm-hc-vault-transit", paramLabel = "URIS", description = "Remove Vault keys.")
  String removeVault = "";

  @Option(
      names = "--encryption-context",
      paramLabel = "PAIRS",
      description = "The encryption context of the KMS keys: key:value,key:value.")
  String encryptionContext = "";

  @Option(names = "--aws-profile", paramLabel = "PROFILE", description = "Of the KMS keys.")
  String awsProfile = "";

  RotateCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    requireOneTarget(inPlace, output);
    // The file's own list of keys is not authenticated: whoever can write the file can add a key to
    // it, and this command would make that key a reader.
    refuseAgentsToChangeReaders("rotate");
    try (SopsWork work = SopsWork.on(session, options, name)) {
      Instant now = work.now();
      List<MasterKey> added = keys(addKms, addPgp, addGcp, addAzure, addVault, addAge, now);
      List<MasterKey> removed =
          keys(removeKms, removePgp, removeGcp, removeAzure, removeVault, removeAge, now);
      boolean changesReaders = !added.isEmpty() || !removed.isEmpty();
      if (changesReaders) {
        if (work.fileIfAny().isPresent() && !Files.exists(work.file())) {
          throw PaleException.of(
              492,
              "there is no file " + work.name() + " whose keys could be changed",
              "",
              "pale sops edit makes a new file");
        }
      }
      SopsFile sealed = work.sealed();
      byte[] old = work.dataKey(sealed);
      byte[] dataKey = DataKeys.create();
      try (Decrypted opened = work.open(sealed, old)) {
        SopsMetadata changed =
            sealed
                .metadata()
                .withGroups(
                    groups(sealed.metadata().groups(), added, removed),
                    sealed.metadata().shamirThreshold());
        SopsMetadata wrapped = DataKeys.wrap(changed, dataKey, work.services());
        SopsFile result =
            SopsFile.encrypt(sealed.format(), opened.tree(), wrapped, dataKey, opened.stash(), now);
        deliver(
            work,
            result.emit(work.output(), work.indent(work.output())),
            inPlace,
            output,
            WholeFile.Content.SEALED);
        tellReaders(work, wrapped);
        work.record("rotate", changesReaders ? "with other keys" : "");
      } finally {
        Arrays.fill(old, (byte) 0);
        Arrays.fill(dataKey, (byte) 0);
      }
    }
  }

  /** A key that somebody slipped into the file's list is a reader from now on: it must be seen. */
  private void tellReaders(SopsWork work, SopsMetadata metadata) {
    List<String> ids = new ArrayList<>();
    for (List<MasterKey> group : metadata.groups()) {
      group.forEach(key -> ids.add(key.kind() + " " + MasterKeys.id(key)));
    }
    session.screen().remark(work.name() + " can now be opened by:\n  " + String.join("\n  ", ids));
  }

  private List<MasterKey> keys(
      String kms, String pgp, String gcp, String azure, String vault, String age, Instant now) {
    Map<String, String> context = MasterKeys.kmsContext(encryptionContext);
    List<MasterKey> keys = new ArrayList<>();
    keys.addAll(MasterKeys.kms(kms, context, awsProfile, now));
    keys.addAll(MasterKeys.pgp(pgp, now));
    keys.addAll(MasterKeys.gcpKms(gcp, now));
    keys.addAll(MasterKeys.azure(azure, now));
    keys.addAll(MasterKeys.vault(vault, now));
    keys.addAll(MasterKeys.age(age));
    return keys;
  }

  private static List<List<MasterKey>> groups(
      List<List<MasterKey>> before, List<MasterKey> added, List<MasterKey> removed) {
    List<List<MasterKey>> groups = new ArrayList<>();
    for (List<MasterKey> each : before) {
      groups.add(new ArrayList<>(each));
    }
    if (groups.isEmpty()) {
      groups.add(new ArrayList<>());
    }
    for (MasterKey key : added) {
      if (groups.getFirst().stream().noneMatch(known -> MasterKeys.same(known, key))) {
        groups.getFirst().add(key);
      }
    }
    for (List<MasterKey> group : groups) {
      group.removeIf(key -> removed.stream().anyMatch(gone -> sameName(gone, key)));
    }
    return groups;
  }

  /** To remove a KMS key its context need not be told. */
  private static boolean sameName(MasterKey one, MasterKey other) {
    return one.kind().equals(other.kind()) && MasterKeys.id(one).equals(MasterKeys.id(other));
  }
}
