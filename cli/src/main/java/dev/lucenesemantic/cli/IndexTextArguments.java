package dev.lucenesemantic.cli;

import dev.lucenesemantic.document.CompanionFields;
import dev.lucenesemantic.document.IndexedText;
import dev.lucenesemantic.document.PassageDocuments;
import java.io.IOException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfos;
import picocli.CommandLine.Option;

/** Where the texts that were encoded can be read again. */
final class IndexTextArguments {
  @Option(
      names = "--text-field",
      paramLabel = "NAME",
      description =
          "The stored field with exactly the text that was encoded; not needed if all are passages.")
  String textField;

  /**
   * Where the texts of a field are, which need not be said if all are passages.
   *
   * @throws Refusal if it was not said, or no document has a text there
   */
  IndexedText of(DirectoryReader reader, String field) throws IOException {
    boolean passages =
        FieldInfos.getMergedFieldInfos(reader).fieldInfo(CompanionFields.passage(field)) != null;
    if (textField != null) {
      StoredFieldNames.require(reader, textField);
      IndexedText stored = IndexedText.storedField(textField);
      return passages ? PassageDocuments.encodedText(field).orElse(stored) : stored;
    }
    if (passages) {
      return PassageDocuments.encodedText(field);
    }
    throw new Refusal(
        ExitCode.WRONG_USE,
        "--text-field is needed: the stored field that has the text which was encoded for '"
            + field
            + "'");
  }
}
