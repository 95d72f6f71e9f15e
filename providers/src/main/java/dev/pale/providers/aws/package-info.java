/**
 * Amazon Web Services: Secrets Manager, the Parameter Store of Systems Manager, and KMS for SOPS
 * files, with our own signatures instead of a kit.
 *
 * <p>{@link dev.pale.providers.aws.AwsTypes} names the kinds, {@link dev.pale.providers.aws.AwsKms}
 * serves SOPS. Credentials come from the provider's settings or, without any, from where AWS' own
 * tools take them ({@link dev.pale.providers.aws.KeyChain}).
 *
 * <p>Not here: IAM Identity Center (single sign-on), MFA prompts, SigV4a.
 */
package dev.pale.providers.aws;
