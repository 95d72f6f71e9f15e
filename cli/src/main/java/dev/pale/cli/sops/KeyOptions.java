package dev.pale.cli.sops;

import dev.pale.sops.MasterKey;
import dev.pale.sops.MasterKeys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that name keys for a new file, and the variables that stand in for them. */
final class KeyOptions {
  @Option(
      names = "--age",
      paramLabel = "RECIPIENTS",
      description = "age recipients, separated by commas; default: SOPS_AGE_RECIPIENTS.")
  List<String> age = new ArrayList<>();

  @Option(
      names = "--pgp",
      paramLabel = "FINGERPRINTS",
      description = "Fingerprints of OpenPGP keys; default: SOPS_PGP_FP.")
  List<String> pgp = new ArrayList<>();

  @Option(
      names = "--kms",
      paramLabel = "ARNS",
      description = "ARNs of AWS KMS keys, each perhaps with +ROLE-ARN; default: SOPS_KMS_ARN.")
  List<String> kms = new ArrayList<>();

  @Option(
      names = "--aws-profile",
      paramLabel = "PROFILE",
      description = "The AWS profile of the KMS keys.")
  String awsProfile = "";

  @Option(
      names = "--encryption-context",
      paramLabel = "PAIRS",
      description = "The encryption context of the KMS keys: key:value,key:value.")
  String encryptionContext = "";

  @Option(
      names = "--gcp-kms",
      paramLabel = "IDS",
      description = "Resource ids of GCP KMS keys; default: SOPS_GCP_KMS_IDS.")
  List<String> gcpKms = new ArrayList<>();

  @Option(
      names = "--azure-kv",
      paramLabel = "URLS",
      description = "URLs of Azure Key Vault keys; default: SOPS_AZURE_KEYVAULT_URLS.")
  List<String> azure = new ArrayList<>();

  @Option(
      names = "--hc-vault-transit",
      paramLabel = "URIS",
      description = "URIs of Vault transit keys; default: SOPS_VAULT_URIS.")
  List<String> vault = new ArrayList<>();

  @Option(
      names = "--shamir-secret-sharing-threshold",
      paramLabel = "N",
      description = "How many key groups it takes to open the file; default: all.")
  int threshold;

  /** The encryption context. */
  Map<String, String> context() {
    return MasterKeys.kmsContext(encryptionContext);
  }

  /**
   * The keys that were named, in sops' order.
   *
   * @param environment for the variables; none are read when it is empty
   */
  List<MasterKey> keys(Map<String, String> environment, Instant now) {
    List<MasterKey> keys = new ArrayList<>();
    keys.addAll(MasterKeys.kms(list(kms, environment, "SOPS_KMS_ARN"), context(), awsProfile, now));
    keys.addAll(MasterKeys.gcpKms(list(gcpKms, environment, "SOPS_GCP_KMS_IDS"), now));
    keys.addAll(MasterKeys.azure(list(azure, environment, "SOPS_AZURE_KEYVAULT_URLS"), now));
    keys.addAll(MasterKeys.pgp(list(pgp, environment, "SOPS_PGP_FP"), now));
    keys.addAll(MasterKeys.vault(list(vault, environment, "SOPS_VAULT_URIS"), now));
    keys.addAll(MasterKeys.age(list(age, environment, "SOPS_AGE_RECIPIENTS")));
    return keys;
  }

  /** The threshold that was named, or another. */
  int thresholdOr(Optional<Integer> other) {
    return threshold != 0 ? threshold : other.orElse(0);
  }

  private static String list(List<String> given, Map<String, String> environment, String variable) {
    return given.isEmpty() ? environment.getOrDefault(variable, "") : String.join(",", given);
  }
}
