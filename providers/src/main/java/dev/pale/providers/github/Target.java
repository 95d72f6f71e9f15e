package dev.pale.providers.github;

import dev.pale.providers.bearer.Urls;
import dev.pale.secrets.PaleException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where secrets are kept: a repository, one of its environments, or an organisation.
 *
 * @param secrets the path of the list, without a slash at its end
 * @param organisation whether secrets have a visibility
 */
record Target(String secrets, boolean organisation) {
  private static final String OWNER = "[A-Za-z0-9][A-Za-z0-9_-]{0,99}";
  private static final Pattern REPOSITORY =
      Pattern.compile("(" + OWNER + ")/([A-Za-z0-9._-]{1,100})(?:#([^\\p{Cntrl}]{1,255}))?");
  private static final Pattern ORGANISATION = Pattern.compile("org:(" + OWNER + ")");

  static Target parse(String at) {
    Matcher organisation = ORGANISATION.matcher(at);
    if (organisation.matches()) {
      return new Target("/orgs/" + organisation.group(1) + "/actions/secrets", true);
    }
    Matcher repository = REPOSITORY.matcher(at);
    if (!repository.matches() || repository.group(2).matches("\\.{1,2}")) {
      throw PaleException.of(
          613,
          "not a place of GitHub Actions secrets",
          "",
          "give it as owner/repo, owner/repo#environment or org:NAME");
    }
    String path = "/repos/" + repository.group(1) + "/" + repository.group(2);
    String environment = repository.group(3);
    if (environment == null) {
      return new Target(path + "/actions/secrets", false);
    }
    // An encoded name of dots alone would still be a step up for some servers.
    if (environment.matches("\\.{1,2}")) {
      throw PaleException.of(613, "not an environment of GitHub", "", "");
    }
    return new Target(path + "/environments/" + Urls.encoded(environment) + "/secrets", false);
  }
}
