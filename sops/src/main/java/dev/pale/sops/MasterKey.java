package dev.pale.sops;

import java.util.Map;

/**
 * One entry of a file's metadata, or of a creation rule: a key that wraps the data key, or a part
 * of it.
 *
 * @param kind {@code age}, {@code pgp}, {@code kms}, {@code gcp_kms}, {@code azure_kv}, {@code
 *     hc_vault} or {@code hckms}: the name of its list in the metadata
 * @param fields all of the entry's text fields but {@code enc}, by sops' names: {@code recipient},
 *     {@code fp}, {@code arn}, {@code role}, {@code aws_profile}, {@code resource_id}, {@code
 *     vault_url}, {@code name}, {@code version}, {@code vault_address}, {@code engine_path}, {@code
 *     key_name}, {@code created_at}
 * @param context the encryption context of AWS KMS; empty for others
 * @param wrapped the field {@code enc} as it stands in the file; empty before the first wrapping
 */
public record MasterKey(
    String kind, Map<String, String> fields, Map<String, String> context, String wrapped) {
  public MasterKey {
    fields = Map.copyOf(fields);
    context = Map.copyOf(context);
  }

  /** A field; empty when it is absent. */
  public String field(String name) {
    return fields.getOrDefault(name, "");
  }
}
