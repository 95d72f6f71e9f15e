package dev.pale.providers.aws;

import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The XML that STS answers with, as a map from the path of each innermost element to its text. No
 * document type, no entities of one's own, nothing from outside; at most 256 KiB and 16 levels.
 */
final class StsXml {
  private static final int MOST_BYTES = 256 << 10;
  private static final int MOST_DEPTH = 16;

  private StsXml() {}

  /** Empty for what is no such XML. */
  static Map<String, String> parse(byte[] xml) {
    if (xml.length == 0 || xml.length > MOST_BYTES) {
      return Map.of();
    }
    // The JDK's own, whatever else lies on the class path.
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    factory.setXMLReporter((message, type, information, location) -> {});
    try {
      XMLStreamReader reader =
          factory.createXMLStreamReader(new ByteArrayInputStream(xml), "UTF-8");
      try {
        return read(reader);
      } finally {
        reader.close();
      }
    } catch (XMLStreamException | RuntimeException e) {
      // Its text quotes the answer.
      return Map.of();
    }
  }

  /** {@code ErrorResponse/Error/Code}; empty when it is not there. */
  static String errorCode(byte[] xml) {
    return xml.length > 0 && xml[0] == '<'
        ? parse(xml).getOrDefault("ErrorResponse/Error/Code", "")
        : "";
  }

  private static Map<String, String> read(XMLStreamReader reader) throws XMLStreamException {
    Map<String, String> found = new HashMap<>();
    Deque<String> open = new ArrayDeque<>();
    StringBuilder text = new StringBuilder();
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (open.size() == MOST_DEPTH) {
            throw new XMLStreamException("too deep");
          }
          String above = open.isEmpty() ? "" : open.peekLast() + "/";
          open.addLast(above + reader.getLocalName());
          text.setLength(0);
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            text.append(reader.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          String path = open.removeLast();
          String value = text.toString().strip();
          text.setLength(0);
          if (!value.isEmpty() && found.put(path, value) != null) {
            throw new XMLStreamException("an element is there twice");
          }
        }
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
            throw new XMLStreamException("a document type or an entity");
        default -> {
          // comments, instructions, the end
        }
      }
    }
    return found;
  }
}
