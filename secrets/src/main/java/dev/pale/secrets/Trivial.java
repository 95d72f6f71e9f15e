package dev.pale.secrets;

/** Which values are not looked for, because ordinary output would be unreadable without them. */
final class Trivial {
  private static final int SHORTEST_NUMBER = 8;

  private Trivial() {}

  /** Why the bytes are not looked for, or {@code null} when they are. */
  static Needles.@org.jspecify.annotations.Nullable Reason reason(byte[] v, int from, int to) {
    int length = to - from;
    if (length < Automaton.SHORTEST) {
      return Needles.Reason.TOO_SHORT;
    }
    boolean same = true;
    boolean number = length < SHORTEST_NUMBER;
    for (int i = from; i < to; i++) {
      byte b = v[i];
      same &= b == v[from];
      number &= (b >= '0' && b <= '9') || b == '.' || b == '-' || b == '+' || b == ',';
    }
    if (same) {
      return Needles.Reason.ONE_BYTE_REPEATED;
    }
    if (number) {
      return Needles.Reason.SHORT_NUMBER;
    }
    return isWord(v, from, to) ? Needles.Reason.COMMON_WORD : null;
  }

  private static boolean isWord(byte[] v, int from, int to) {
    int length = to - from;
    String words = wordsOf(length);
    for (int at = 0; at < words.length(); at += length) {
      int i = 0;
      while (i < length && words.charAt(at + i) == lower(v[from + i])) {
        i++;
      }
      if (i == length) {
        return true;
      }
    }
    return false;
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + 32 : b;
  }

  /**
   * The words of so many letters, one after the other; so a value is compared with the few that it
   * could be. Those below {@link Automaton#SHORTEST} are too short anyway.
   */
  private static String wordsOf(int length) {
    return switch (length) {
      case 6 ->
          "dockerenablegithubgitlabglobalgooglelatestmanualmastermemorynumber"
              + "objectpreferpublicsecretserversqlitestablestrictstringsystemubuntu";
      case 7 ->
          "0.0.0.0consoledefaultdesktopdevelopdisableenabledexamplemariadbmongodb"
              + "networknothingpreviewprimaryprivateprojectreleasereplicarequiresandbox"
              + "servicesqlite3stagingtestingunknownverboseversionwarningwebsite";
      case 8 -> "disabledexternalinternaloptionalpasswordpostgresrequiredstandard" + "username";
      case 9 ->
          "127.0.0.1localhostprod-likeundefinedus-east-1us-east-2us-west-1"
              + "us-west-2eu-west-1eu-west-2eu-west-3sa-east-1";
      case 10 -> "kubernetespostgresqlproductioneu-north-1ap-south-1";
      case 11 -> "applicationdevelopmentverify-full";
      case 12 -> "eu-central-1ca-central-1";
      case 14 ->
          "localhost:3000localhost:5432localhost:8000localhost:8080ap-northeast-1"
              + "ap-southeast-1ap-southeast-2";
      case 15 -> "admin@localhost";
      case 16 -> "http://localhost";
      case 17 -> "https://localhost";
      default -> "";
    };
  }
}
