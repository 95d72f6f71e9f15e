package dev.pale.secrets;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What {@link Masker} has to do, said in the simplest way: everything is kept, and everything is
 * compared with everything, from the beginning, each time.
 */
final class NaiveMasker {
  record Needle(String label, byte[] bytes) {}

  /** An occurrence; the positions of its own bytes, which may have escape sequences between. */
  record Occurrence(Needle needle, List<Integer> positions) {
    int start() {
      return positions.getFirst();
    }

    int end() {
      return positions.getLast() + 1;
    }
  }

  private record Region(String label, int start, int end) {}

  private final List<Needle> needles;
  private byte[] stream = {};
  private int done;
  private int maskedEnd = -1;
  private String maskedLabel = "";
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final List<Integer> shown = new ArrayList<>();

  NaiveMasker(List<Needle> needles) {
    this.needles = needles;
  }

  void write(byte[] piece) {
    int old = stream.length;
    stream = Arrays.copyOf(stream, old + piece.length);
    System.arraycopy(piece, 0, stream, old, piece.length);
  }

  void pause() {
    List<List<Integer>> begun = begun();
    boolean little = true;
    int from = stream.length;
    for (List<Integer> positions : begun) {
      from = Math.min(from, positions.getFirst());
      for (Needle needle : needles) {
        if (positions.size() < needle.bytes.length && beginsWith(needle, positions)) {
          little &= positions.size() <= Math.min(7, needle.bytes.length / 4);
        }
      }
    }
    show(little ? stream.length : from, true);
  }

  /** What a write lets through. */
  void settle() {
    int from = stream.length;
    for (List<Integer> positions : begun()) {
      from = Math.min(from, positions.getFirst());
    }
    show(from, false);
  }

  void finish() {
    show(stream.length, true);
  }

  byte[] output() {
    return output.toByteArray();
  }

  /** Positions of the bytes that were passed on. */
  List<Integer> shown() {
    return shown;
  }

  private void show(int to, boolean pausing) {
    for (Region region : regions()) {
      if (region.end <= done) {
        continue;
      }
      if (region.start < to || (pausing && region.start <= Math.max(to, done))) {
        pass(region.start);
        boolean joined =
            done == maskedEnd
                && (region.start < maskedEnd
                    || (region.start == maskedEnd && region.label.equals(maskedLabel)));
        if (!joined) {
          maskedLabel = region.label;
          output.writeBytes(("[pale:" + region.label + "]").getBytes(StandardCharsets.UTF_8));
        }
        maskedEnd = region.end;
        done = region.end;
      }
    }
    pass(to);
  }

  private void pass(int to) {
    for (; done < to; done++) {
      output.write(stream[done]);
      shown.add(done);
    }
  }

  /**
   * Occurrences that overlap are one region, named by the first of them, the longest if several.
   */
  private List<Region> regions() {
    List<Occurrence> all = new ArrayList<>(occurrences());
    all.sort((a, b) ->
        a.start() != b.start()
            ? Integer.compare(a.start(), b.start())
            : Integer.compare(b.end(), a.end()));
    List<Region> regions = new ArrayList<>();
    for (Occurrence o : all) {
      Region last = regions.isEmpty() ? null : regions.getLast();
      if (last != null && o.start() < last.end) {
        regions.removeLast();
        regions.add(new Region(last.label, last.start, Math.max(last.end, o.end())));
      } else {
        regions.add(new Region(o.needle.label, o.start(), o.end()));
      }
    }
    return regions;
  }

  List<Occurrence> occurrences() {
    List<Occurrence> found = new ArrayList<>();
    for (List<Integer> text : texts()) {
      for (int at = 0; at < text.size(); at++) {
        for (Needle needle : needles) {
          if (at + needle.bytes.length <= text.size()) {
            List<Integer> positions = text.subList(at, at + needle.bytes.length);
            if (beginsWith(needle, positions)) {
              found.add(new Occurrence(needle, positions));
            }
          }
        }
      }
    }
    return found;
  }

  /** Ends of the stream with which a needle begins that would be longer. */
  private List<List<Integer>> begun() {
    List<List<Integer>> found = new ArrayList<>();
    List<List<Integer>> texts = texts();
    for (List<Integer> text : List.of(texts.getFirst(), texts.getLast())) {
      for (int at = 0; at < text.size(); at++) {
        List<Integer> rest = text.subList(at, text.size());
        for (Needle needle : needles) {
          if (rest.size() < needle.bytes.length && beginsWith(needle, rest)) {
            found.add(rest);
            break;
          }
        }
      }
    }
    return found;
  }

  private boolean beginsWith(Needle needle, List<Integer> positions) {
    for (int i = 0; i < positions.size(); i++) {
      if (stream[positions.get(i)] != needle.bytes[i]) {
        return false;
      }
    }
    return true;
  }

  /** The stream as it is, then the texts that are left when control sequences are taken out. */
  private List<List<Integer>> texts() {
    List<List<Integer>> texts = new ArrayList<>();
    List<Integer> plain = new ArrayList<>();
    for (int i = 0; i < stream.length; i++) {
      plain.add(i);
    }
    texts.add(plain);
    List<Integer> text = new ArrayList<>();
    int i = 0;
    while (i < stream.length) {
      if (stream[i] != 0x1b) {
        text.add(i++);
        continue;
      }
      int end = i + 1;
      boolean open = end == stream.length;
      boolean whole = false;
      if (!open && stream[end] == '[') {
        end++;
        while (end < stream.length && stream[end] >= 0x20 && stream[end] <= 0x3f) {
          end++;
        }
        open = end == stream.length;
        whole = !open && stream[end] >= 0x40;
        end += whole ? 1 : 0;
      } else if (!open) {
        // The tests have no string sequences.
        while (end < stream.length && stream[end] >= 0x20 && stream[end] <= 0x2f) {
          end++;
        }
        open = end == stream.length;
        whole = !open && stream[end] >= 0x30;
        end += whole ? 1 : 0;
      }
      if (!whole && !open) {
        texts.add(text);
        text = new ArrayList<>();
      }
      i = end;
    }
    texts.add(text);
    return texts;
  }
}
