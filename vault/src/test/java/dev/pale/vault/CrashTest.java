package dev.pale.vault;

import static dev.pale.vault.Fixture.ACTOR;
import static dev.pale.vault.Fixture.DEV;
import static dev.pale.vault.Fixture.PROD;
import static dev.pale.vault.Fixture.all;
import static dev.pale.vault.Fixture.create;
import static dev.pale.vault.Fixture.get;
import static dev.pale.vault.Fixture.open;
import static dev.pale.vault.Fixture.set;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writers are killed with SIGKILL at any instant, several at once on the same vault. */
class CrashTest {
  private static final int KILLS = Integer.getInteger("pale.kills", 200);

  @TempDir Path root;

  @Test
  void afterAKillTheVaultHoldsTheOldOrTheNewValueAndNothingAcknowledgedIsLost() throws Exception {
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "S", "s0");
      for (String name : List.of("X", "Y", "Z")) {
        set(vault, PROD, name, name + "0");
      }
    }
    Random random = new Random();
    Map<String, Integer> last = new LinkedHashMap<>();
    for (String what : List.of("set", "import", "rekey")) {
      last.put(what, 0);
    }
    int kills = 0;
    for (int round = 0; kills < KILLS; round++) {
      Map<String, Process> children = new LinkedHashMap<>();
      for (String what : last.keySet()) {
        children.put(what, Child.start(root, what, last.get(what) + 1));
      }
      Map<String, BufferedReader> outputs = new LinkedHashMap<>();
      for (var child : children.entrySet()) {
        BufferedReader output = child.getValue().inputReader();
        outputs.put(child.getKey(), output);
        assertThat(output.readLine())
            .as(() -> {
              child.getValue().toHandle().destroyForcibly(); // Its errors are read below.
              return child.getKey() + ": " + errors(child.getValue());
            })
            .isEqualTo("open");
      }
      List<Process> order = new ArrayList<>(children.values());
      java.util.Collections.shuffle(order, random);
      for (Process child : order) {
        // Most kills fall into the first writes; every fourth round leaves time for a rekey to end.
        Thread.sleep(random.nextInt(round % 4 == 3 ? 400 : 40));
        child.toHandle().destroyForcibly(); // Of the process it would close what we still read.
        kills++;
      }
      for (var output : outputs.entrySet()) {
        children.get(output.getKey()).waitFor();
        for (String line; (line = output.getValue().readLine()) != null; ) {
          last.put(output.getKey(), Integer.parseInt(line));
        }
        assertThat(children.get(output.getKey()).exitValue())
            .as(() -> errors(children.get(output.getKey())))
            .isEqualTo(137);
      }
      try (LocalVault vault = open(root)) {
        int kept = Integer.parseInt(get(vault, DEV, "S").substring(1));
        assertThat(kept).as("set, round %d", round).isBetween(last.get("set"), last.get("set") + 1);
        last.put("set", kept);
        Map<String, String> imported = all(vault, PROD);
        int together = Integer.parseInt(imported.get("X").substring(1));
        assertThat(together).isBetween(last.get("import"), last.get("import") + 1);
        assertThat(imported)
            .isEqualTo(Map.of("X", "X" + together, "Y", "Y" + together, "Z", "Z" + together));
        last.put("import", together);
      }
    }
    try (LocalVault vault = open(root)) {
      VaultCheck check = vault.admin().verify(ACTOR);
      assertThat(check.problems()).isEmpty();
      assertThat(check.audit()).isInstanceOf(AuditCheck.Intact.class);
    }
    assertThat(last.get("set")).isPositive();
    assertThat(last.get("import")).isPositive();
    assertThat(last.get("rekey")).isPositive();
  }

  @Test
  void whoeverRekeysTheOthersFollow() throws Exception {
    create(root).close();
    Map<String, Process> children = new LinkedHashMap<>();
    for (String what : List.of("set", "import", "rekey")) {
      children.put(what, Child.start(root, what, 1));
    }
    Map<String, Integer> last = new LinkedHashMap<>();
    Thread.sleep(6_000);
    for (var child : children.entrySet()) {
      child.getValue().toHandle().destroyForcibly();
      List<String> lines = child.getValue().inputReader().lines().toList();
      assertThat(child.getValue().waitFor()).as(() -> errors(child.getValue())).isEqualTo(137);
      last.put(child.getKey(), lines.size());
    }
    assertThat(last.get("set")).isGreaterThan(10);
    assertThat(last.get("import")).isGreaterThan(10);
    assertThat(last.get("rekey")).isGreaterThan(10);
  }

  private static String errors(Process child) {
    try {
      return new String(
          child.getErrorStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (java.io.IOException e) {
      return "";
    }
  }
}
