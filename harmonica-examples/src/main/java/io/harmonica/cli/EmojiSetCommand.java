package io.harmonica.cli;

import io.harmonica.cli.emoji.EmojiSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the pictures and captions that the bundled text-to-image model was trained on. */
@Command(
    name = "emoji-set",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Makes pictures and captions of Google's Noto emoji, from the unpacked npm package"
            + " emoji-datasource-google.")
final class EmojiSetCommand implements Callable<Integer> {
  @Option(
      names = "--package",
      required = true,
      paramLabel = "DIR",
      description = "the unpacked package, with emoji.json in it")
  private Path npm;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description =
          "where the folder images, captions.tsv and held-out.tsv go, and sentences.txt and"
              + " words.txt for SentencePiece's trainer")
  private Path out;

  @Override
  public Integer call() throws IOException {
    Outputs.prepareFolder(out);
    EmojiSet set = EmojiSet.write(npm, out);
    System.out.printf(
        "%d images with %d captions, %d captions held out: %s%n",
        set.images(), set.captions(), set.heldOut(), out);
    return 0;
  }
}
