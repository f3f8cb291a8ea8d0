package dev.lucenesemantic.model.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Examples from https://protobuf.dev/programming-guides/encoding/, and the ends of the range. */
class ProtoWriterTest {
  @Test
  void fieldsAreWrittenAsProtobufDoes() {
    assertEquals("089601", hex(new ProtoWriter().number(1, 150)));
    assertEquals("120774657374696e67", hex(new ProtoWriter().text(2, "testing")));
    assertEquals("1a03089601", hex(new ProtoWriter().message(3, new ProtoWriter().number(1, 150))));
    assertEquals("08feffffffffffffffff01", hex(new ProtoWriter().number(1, -2)));
    assertEquals("0800", hex(new ProtoWriter().number(1, 0)));
    assertEquals("08ffffffffffffffff7f", hex(new ProtoWriter().number(1, Long.MAX_VALUE)));
    assertEquals("150000c03f", hex(new ProtoWriter().decimal(2, 1.5f)));
    assertEquals("a00107", hex(new ProtoWriter().number(20, 7)));
    assertEquals("4a00", hex(new ProtoWriter().bytes(9, new byte[0])));
  }

  private static String hex(ProtoWriter writer) {
    return HexFormat.of().formatHex(writer.toByteArray());
  }
}
