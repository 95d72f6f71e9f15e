package dev.pale.gateway.name;

/**
 * What an IP address is for. Sources: the IANA special-purpose address registries (RFC 6890 and
 * what was registered since), and the clouds' documentation of their metadata services.
 */
enum AddressKind {
  PUBLIC("a public address"),
  METADATA("a cloud's metadata service"),
  LOOPBACK("this machine itself"),
  OWN("an address of this machine"),
  PRIVATE("a private address"),
  LINK_LOCAL("a link-local address"),
  MULTICAST("a multicast address"),
  EMBEDDED("an IPv6 address that wraps an IPv4 address"),
  SPECIAL("an address that is no place on the internet");

  private final String words;

  AddressKind(String words) {
    this.words = words;
  }

  /** As it stands in a refusal. */
  String words() {
    return words;
  }

  /**
   * Classifies an address by its bytes alone.
   *
   * @param a 4 or 16 bytes, network order
   */
  static AddressKind of(byte[] a) {
    return a.length == 4 ? of4(a, 0, 0) : of6(a);
  }

  private static AddressKind of4(byte[] a, int at, int flip) {
    int b0 = (a[at] & 0xff) ^ flip;
    int b1 = (a[at + 1] & 0xff) ^ flip;
    int b2 = (a[at + 2] & 0xff) ^ flip;
    int b3 = (a[at + 3] & 0xff) ^ flip;
    return switch (b0) {
      case 0 -> SPECIAL;
      case 10 -> PRIVATE;
      case 100 -> {
        if (b1 == 100 && b2 == 100 && b3 == 200) {
          yield METADATA; // Alibaba Cloud
        }
        yield b1 >= 64 && b1 < 128 ? PRIVATE : PUBLIC;
      }
      case 127 -> LOOPBACK;
      case 168 -> b1 == 63 && b2 == 129 && b3 == 16 ? METADATA : PUBLIC; // Azure
      case 169 -> {
        if (b1 != 254) {
          yield PUBLIC;
        }
        // 169.254.169.254 nearly everywhere; .169.253 and .169.123 Amazon; .170.2 and .170.23 are
        // where Amazon's containers get credentials.
        yield b2 == 169 || b2 == 170 ? METADATA : LINK_LOCAL;
      }
      case 172 -> b1 >= 16 && b1 < 32 ? PRIVATE : PUBLIC;
      case 192 -> of192(b1, b2, b3);
      case 198 -> b1 == 18 || b1 == 19 || (b1 == 51 && b2 == 100) ? SPECIAL : PUBLIC;
      case 203 -> b1 == 0 && b2 == 113 ? SPECIAL : PUBLIC;
      default -> b0 < 224 ? PUBLIC : b0 < 240 ? MULTICAST : SPECIAL;
    };
  }

  private static AddressKind of192(int b1, int b2, int b3) {
    if (b1 == 168) {
      return PRIVATE;
    }
    if (b1 == 0 && b2 == 0) {
      return b3 == 192 ? METADATA : SPECIAL; // 192.0.0.192: Oracle Cloud
    }
    return (b1 == 0 && b2 == 2) || (b1 == 88 && b2 == 99) ? SPECIAL : PUBLIC;
  }

  private static AddressKind of6(byte[] a) {
    int g0 = group(a, 0);
    if (isZero(a, 0, 8)) {
      return ofZeroPrefix(a);
    }
    if (g0 == 0x64 && group(a, 1) == 0xff9b) {
      if (isZero(a, 4, 12)) {
        // RFC 6052. A network with DNS64 shows every IPv4 host so: the wrapped address decides.
        return of4(a, 12, 0);
      }
      return embedded(of4(a, 12, 0)); // RFC 8215, for local use
    }
    if (g0 == 0x2002) {
      return embedded(of4(a, 2, 0)); // 6to4
    }
    if (g0 == 0x2001 && group(a, 1) == 0) {
      return embedded(of4(a, 12, 0xff)); // Teredo: the client's address, inverted
    }
    if (g0 == 0xfd00 && group(a, 1) == 0x0ec2) {
      return METADATA; // Amazon: fd00:ec2::254, ::23, ::253
    }
    if (g0 == 0xfd20 && group(a, 1) == 0xce) {
      return METADATA; // Google: fd20:ce::254
    }
    if ((group(a, 4) == 0 || group(a, 4) == 0x200) && group(a, 5) == 0x5efe) {
      return embedded(of4(a, 12, 0)); // ISATAP, RFC 5214
    }
    if ((g0 & 0xfe00) == 0xfc00) {
      return PRIVATE;
    }
    if ((g0 & 0xffc0) == 0xfe80) {
      return LINK_LOCAL;
    }
    if ((g0 & 0xffc0) == 0xfec0) {
      return PRIVATE; // site-local, RFC 3879
    }
    if ((g0 & 0xff00) == 0xff00) {
      return MULTICAST;
    }
    if ((g0 & 0xe000) != 0x2000) {
      return SPECIAL; // only 2000::/3 is handed out as global unicast
    }
    boolean documentation =
        (g0 == 0x2001 && group(a, 1) == 0xdb8) || (g0 == 0x3fff && group(a, 1) < 0x1000);
    boolean protocols = g0 == 0x2001 && group(a, 1) < 0x200; // 2001::/23
    return documentation || protocols ? SPECIAL : PUBLIC;
  }

  /** {@code ::}, {@code ::1}, and the wrappings of IPv4 whose first 64 bits are zero. */
  private static AddressKind ofZeroPrefix(byte[] a) {
    int g4 = group(a, 4);
    int g5 = group(a, 5);
    if (g4 == 0 && g5 == 0) {
      if (isZero(a, 12, 15)) {
        return a[15] == 0 ? SPECIAL : a[15] == 1 ? LOOPBACK : embedded(of4(a, 12, 0));
      }
      return embedded(of4(a, 12, 0)); // compatible, RFC 4291
    }
    boolean mapped = (g4 == 0 && g5 == 0xffff) || (g4 == 0xffff && g5 == 0);
    return mapped ? embedded(of4(a, 12, 0)) : SPECIAL;
  }

  /** No wrapping is dialled; one of a metadata service is as little to be unlocked as that. */
  private static AddressKind embedded(AddressKind inner) {
    return inner == METADATA ? METADATA : EMBEDDED;
  }

  private static boolean isZero(byte[] a, int from, int to) {
    for (int i = from; i < to; i++) {
      if (a[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static int group(byte[] a, int index) {
    return (a[index * 2] & 0xff) << 8 | (a[index * 2 + 1] & 0xff);
  }
}
