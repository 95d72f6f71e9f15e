package dev.pale.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AssociatedDataTest {
  @Test
  void eachFieldIsItsLengthAndItsBytes() {
    byte[] encoded = AssociatedData.of("f/1").text("é").number(258).bytes(new byte[] {9}).encoded();
    assertThat(HexFormat.of().formatHex(encoded))
        .isEqualTo("00000003662f31" + "00000002c3a9" + "000000080000000000000102" + "0000000109");
  }

  @Test
  void aByteThatMovesToTheNeighbourIsNoticed() {
    assertThat(AssociatedData.of("f").text("ab").text("c").encoded())
        .isNotEqualTo(AssociatedData.of("f").text("a").text("bc").encoded());
    assertThat(AssociatedData.of("f").text("").text("x").encoded())
        .isNotEqualTo(AssociatedData.of("f").text("x").text("").encoded());
    assertThat(AssociatedData.of("f").text("").encoded())
        .isNotEqualTo(AssociatedData.of("f").encoded());
  }

  @Property(tries = 300)
  void theFieldsCanBeReadBackFromTheBytes(@ForAll @Size(max = 6) List<byte[]> fields) {
    AssociatedData data = AssociatedData.of("f");
    for (byte[] field : fields) {
      data = data.bytes(field);
    }
    List<byte[]> back = read(data.encoded());
    assertThat(back).hasSize(fields.size() + 1);
    for (int i = 0; i < fields.size(); i++) {
      assertThat(back.get(i + 1)).isEqualTo(fields.get(i));
    }
  }

  @Test
  void halfASurrogatePairIsRefusedRatherThanReplaced() {
    AssociatedData data = AssociatedData.of("f");
    assertThat(data.text("\ud83d\ude00").encoded()).hasSize(5 + 8);
    for (String broken : List.of("\ud83d", "\ude00", "\ude00\ud83d", "a\ud83dx")) {
      assertThatThrownBy(() -> data.text(broken)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aCommonBeginningCanBeShared() {
    AssociatedData start = AssociatedData.of("f").text("project");
    byte[] before = start.encoded();
    assertThat(start.text("a").encoded()).isNotEqualTo(start.text("b").encoded());
    assertThat(start.encoded()).isEqualTo(before);
    Arrays.fill(start.encoded(), (byte) 0);
    assertThat(start.encoded()).isEqualTo(before);
  }

  private static List<byte[]> read(byte[] encoded) {
    ByteBuffer in = ByteBuffer.wrap(encoded);
    List<byte[]> fields = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] field = new byte[in.getInt()];
      in.get(field);
      fields.add(field);
    }
    return fields;
  }
}
