package dev.lucenesemantic.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A collection of five documents in BEIR's layout, in which the right answers are plain to see. */
final class SmallCollection {
  private SmallCollection() {}

  static Path writeTo(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("qrels"));
    Files.writeString(
        folder.resolve("corpus.jsonl"),
        """
        {"_id": "cat", "title": "Cats", "text": "A cat sleeps on the mat most of the day."}
        {"_id": "dog", "title": "Dogs", "text": "The dog barks at strangers during the night."}
        {"_id": "star", "title": "Astronomy", "text": "Telescopes gather the light of distant stars."}
        {"_id": "bread", "title": "Baking", "text": "Knead the dough and let the yeast rise."}
        {"_id": "city", "title": "London", "text": "The capital has nine million inhabitants."}
        """);
    Files.writeString(
        folder.resolve("queries.jsonl"),
        """
        {"_id": "q-city", "text": "how many people live in the largest town of England?"}
        {"_id": "q-star", "text": "looking at galaxies"}
        {"_id": "q-bread", "text": "how do I make a loaf?"}
        """);
    Files.writeString(
        folder.resolve("qrels").resolve("test.tsv"),
        "query-id\tcorpus-id\tscore\nq-city\tcity\t1\nq-star\tstar\t1\nq-bread\tbread\t1\n");
    return folder;
  }
}
