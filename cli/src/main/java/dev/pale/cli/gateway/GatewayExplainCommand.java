package dev.pale.cli.gateway;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "explain",
    header = "Say whether a request would leave, by which rule, and with which secret.",
    description = {
      "Reads pale.toml and your config.toml, and no value: coding agents may call it. Inside of a"
          + " session it asks the gateway that runs. Ends with 0 when the request would leave, and"
          + " with 1 when it would be refused.",
      "",
      "Limits: addresses are not looked up, so a name that leads into a private network is refused"
          + " only when it is dialled. Budgets and rates are not counted."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale gateway explain https://api.openai.com/v1/models",
      "  pale gateway explain https://api.github.com/repos/acme/x --method DELETE --json"
    })
final class GatewayExplainCommand extends PaleCommand {
  @Parameters(paramLabel = "URL", description = "The request's URL.")
  String url = "";

  @Option(
      names = {"-X", "--method"},
      paramLabel = "METHOD",
      description = "The request's method; default GET.")
  String method = "GET";

  private boolean leaves;

  GatewayExplainCommand(Session session) {
    super(session);
  }

  @Override
  protected int status() {
    return leaves ? 0 : 1;
  }

  @Override
  protected void perform() {
    WebAddress address = WebAddress.parse(url);
    requireMethod();
    String mark = session.context().variable(ClientEnvironment.MARK);
    Explanation explanation =
        mark.isEmpty() ? planned(address) : LiveGateway.at(mark).explain(address, method, url);
    leaves = explanation.reachable();
    if (session.screen().json()) {
      session.screen().document(explanation.json());
    } else {
      explanation.lines().forEach(session.screen()::line);
    }
  }

  private Explanation planned(WebAddress address) {
    return Explanation.of(
        GatewayPlan.of(
            session.projectFile(),
            session.config(),
            GatewayRunCommand.catalogue(session),
            GatewayPlan.Flags.NONE),
        address,
        method);
  }

  private void requireMethod() {
    for (int i = 0; i < method.length(); i++) {
      char c = method.charAt(i);
      if (!((c >= 'A' && c <= 'Z') || (c == '-' && i > 0))) {
        throw PaleException.usage(
            787, "this is no method of HTTP", "methods are capital letters", "--method POST");
      }
    }
  }
}
