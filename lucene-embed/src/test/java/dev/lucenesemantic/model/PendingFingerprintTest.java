package dev.lucenesemantic.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.embed.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fingerprint that is computed beside the loading is that of what was loaded, or none. */
class PendingFingerprintTest {
  @TempDir private Path temp;

  @Test
  void itIsTheSameAsOneThatIsWaitedFor() {
    ModelSource source = source();
    try (PendingFingerprint pending = PendingFingerprint.of(source)) {
      assertEquals(Fingerprint.of(source), pending.get());
      pending.checkUnchanged();
    }
  }

  @Test
  void aFileThatChangesMeanwhileIsAnError() throws IOException {
    for (String name : new String[] {"onnx/model.onnx", "tokenizer.json"}) {
      ModelSource source = source();
      try (PendingFingerprint pending = PendingFingerprint.of(source)) {
        Path file = temp.resolve("model").resolve(name);
        Files.write(file, new byte[] {' '}, StandardOpenOption.APPEND);
        String message = assertThrows(ModelException.class, pending::checkUnchanged).getMessage();
        assertTrue(message.contains(file.toString()), message);
        assertTrue(message.contains("load it again"), message);
      }
    }
  }

  private ModelSource source() {
    Path folder = ModelFolder.variant("saved-by-version-6", temp.resolve("model"));
    return ModelDirectory.open(folder).read(new OnnxChoice.Usual(), OptionalInt.empty());
  }
}
