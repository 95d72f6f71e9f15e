package dev.pale.gateway.redact;

import dev.pale.secrets.Out;
import java.util.zip.CRC32;

/**
 * {@code gzip} (RFC 1952), one or several members. What its headers may carry (a file name, a
 * comment, extra fields) is not passed on. Check sums are checked.
 */
final class GzipDecoder extends InflatingDecoder {
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xe0;

  /** The longest name or comment. */
  private static final int TEXT_LIMIT = 65536;

  private enum Part {
    FIXED,
    EXTRA_LENGTH,
    EXTRA,
    NAME,
    COMMENT,
    HEADER_CRC,
    DATA,
    TRAILER
  }

  private Part part = Part.FIXED;

  /** Bytes of this part so far. */
  private int count;

  private int flags;

  /** A little-endian number that is being read. */
  private long number;

  private int extraLeft;
  private final CRC32 headerCrc = new CRC32();
  private final CRC32 crc = new CRC32();
  private long size;

  @Override
  int step(byte[] b, int from, int to, Out sink) {
    if (part == Part.DATA) {
      int at = inflate(b, from, to, sink);
      if (inflated()) {
        begin(Part.TRAILER);
      }
      return at;
    }
    int value = b[from] & 0xff;
    if (part == Part.TRAILER) {
      trailer(value);
      return from + 1;
    }
    if (part != Part.HEADER_CRC) {
      headerCrc.update(value);
    }
    switch (part) {
      case FIXED -> fixed(value);
      case EXTRA_LENGTH -> {
        number |= (long) value << (8 * count++);
        if (count == 2) {
          extraLeft = (int) number;
          begin(Part.EXTRA);
          if (extraLeft == 0) {
            after(Part.EXTRA);
          }
        }
      }
      case EXTRA -> {
        if (--extraLeft == 0) {
          after(Part.EXTRA);
        }
      }
      case NAME, COMMENT -> text(value);
      default -> {
        number |= (long) value << (8 * count++);
        if (count == 2) {
          if (number != (headerCrc.getValue() & 0xffff)) {
            throw damaged();
          }
          after(Part.HEADER_CRC);
        }
      }
    }
    return from + 1;
  }

  private void fixed(int value) {
    boolean right =
        switch (count) {
          case 0 -> value == 0x1f;
          case 1 -> value == 0x8b;
          case 2 -> value == 8;
          case 3 -> (value & RESERVED) == 0;
          default -> true;
        };
    if (!right) {
      throw damaged();
    }
    if (count == 3) {
      flags = value;
    }
    if (++count == 10) {
      after(Part.FIXED);
    }
  }

  private void text(int value) {
    if (value == 0) {
      after(part);
    } else if (++count > TEXT_LIMIT) {
      throw damaged();
    }
  }

  /** Goes to the next part that the flags announce. */
  private void after(Part done) {
    if (done.compareTo(Part.EXTRA_LENGTH) < 0 && (flags & EXTRA) != 0) {
      begin(Part.EXTRA_LENGTH);
    } else if (done.compareTo(Part.NAME) < 0 && (flags & NAME) != 0) {
      begin(Part.NAME);
    } else if (done.compareTo(Part.COMMENT) < 0 && (flags & COMMENT) != 0) {
      begin(Part.COMMENT);
    } else if (done.compareTo(Part.HEADER_CRC) < 0 && (flags & HEADER_CRC) != 0) {
      begin(Part.HEADER_CRC);
    } else {
      begin(Part.DATA);
      crc.reset();
      size = 0;
      again();
    }
  }

  private void begin(Part next) {
    part = next;
    count = 0;
    number = 0;
  }

  private void trailer(int value) {
    number |= (long) value << (8 * (count & 3));
    count++;
    if (count == 4) {
      if (number != crc.getValue()) {
        throw damaged();
      }
      number = 0;
    } else if (count == 8) {
      if (number != (size & 0xffffffffL)) {
        throw damaged();
      }
      headerCrc.reset();
      begin(Part.FIXED);
    }
  }

  private static RuntimeException damaged() {
    return Codings.undecodable("it is no gzip data, or damaged, or something follows it");
  }

  @Override
  void unpacked(byte[] b, int len) {
    crc.update(b, 0, len);
    size += len;
  }

  /** Between two members. */
  @Override
  boolean complete() {
    return part == Part.FIXED && count == 0;
  }

  @Override
  void reset() {
    super.reset();
    headerCrc.reset();
    begin(Part.FIXED);
  }
}
