package dev.pale.cli.sops;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say what kind of file it is and how it is opened. */
final class FileOptions {
  @Option(
      names = "--input-type",
      paramLabel = "TYPE",
      description =
          "yaml, json, dotenv, ini or binary; default: by the end of the file's name, else binary.")
  String inputType = "";

  @Option(
      names = "--output-type",
      paramLabel = "TYPE",
      description = "As --input-type, for what is written; default: the same.")
  String outputType = "";

  @Option(
      names = "--filename-override",
      paramLabel = "NAME",
      description =
          "Take this name for the type and for .sops.yaml; without FILE, standard input is read.")
  String filenameOverride = "";

  @Option(
      names = "--indent",
      paramLabel = "N",
      description = "Indent YAML and JSON by so many blanks.")
  Optional<Integer> indent = Optional.empty();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The .sops.yaml to use; default: SOPS_CONFIG, else from the current folder upwards, else"
              + " from the file's folder upwards.")
  String config = "";

  @Option(
      names = "--ignore-mac",
      description = "Go on where the file's sum is wrong or missing: its content may be forged.")
  boolean ignoreMac;

  @Option(
      names = "--decryption-order",
      paramLabel = "KINDS",
      description = "Kinds of keys to try first; default: SOPS_DECRYPTION_ORDER, else age,pgp.")
  Optional<String> decryptionOrder = Optional.empty();

  @Option(names = "--verbose", hidden = true)
  boolean verbose;

  @Option(names = "--enable-local-keyservice", hidden = true)
  boolean localKeyservice;

  @Option(names = "--disable-version-check", hidden = true)
  boolean noVersionCheck;

  @Option(names = "--keyservice", hidden = true)
  List<String> keyservices = new ArrayList<>();
}
