package dev.pale.secrets;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code [pale:LABEL]} for each region, one for regions of one label that touch. */
final class Markers implements Replacement {
  private final byte[][] markers;

  Markers(List<String> labels) {
    markers = new byte[labels.size()][];
    for (int i = 0; i < markers.length; i++) {
      markers[i] = ("[pale:" + labels.get(i) + "]").getBytes(StandardCharsets.UTF_8);
    }
  }

  @Override
  public void write(int label, long length, Out sink) {
    sink.accept(markers[label], 0, markers[label].length);
  }

  @Override
  public boolean joinsTouching() {
    return true;
  }
}
