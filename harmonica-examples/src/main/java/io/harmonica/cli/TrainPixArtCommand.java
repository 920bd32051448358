package io.harmonica.cli;

import io.harmonica.cli.emoji.CaptionedImages;
import io.harmonica.cli.emoji.PixArtParts;
import io.harmonica.cli.emoji.TrainedPixArt;
import io.harmonica.cli.training.ImageModelTrainer;
import io.harmonica.cli.training.TrainingSettings;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.kernel.Precision;
import io.harmonica.pixart.PixArtCheckpoint;
import io.harmonica.pixart.PixArtConfig;
import io.harmonica.pixart.PixArtWeights;
import io.harmonica.text.CaptionTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a small text-to-image model from images with captions. */
@Command(
    name = "train-pixart",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains a small PixArt of pixels on images with captions, and writes it as a pipeline.")
final class TrainPixArtCommand implements Callable<Integer> {
  private static final int WIDTH = 192;
  private static final int DEPTH = 6;
  private static final int HEADS = 6;
  private static final int PATCH = 4;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "DIR",
      description = "square colour images of one size")
  private Path images;

  @Option(
      names = "--captions",
      required = true,
      paramLabel = "FILE",
      description = "lines of an image's file, a tab and a caption; an image may have several")
  private Path captions;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description =
          "the pipeline, written anew whenever the whole state is saved; that lies beside it as"
              + " DIR.checkpoint, and the loss as DIR.csv")
  private Path out;

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      description = "a SentencePiece model of at most 1024 pieces; not with --init")
  private Path tokenizer;

  @Option(
      names = "--init",
      paramLabel = "DIR",
      description = "a pipeline to start from: its weights, shape, tokenizer and text encoder")
  private Path init;

  @Mixin private ImageTrainingOptions training;

  @Option(names = "--epochs", defaultValue = "200", description = "(${DEFAULT-VALUE})")
  private int epochs;

  @Option(names = "--batch", defaultValue = "8", description = "(${DEFAULT-VALUE})")
  private int batch;

  @Option(names = "--width", description = "length of a token's vector (" + WIDTH + ")")
  private Integer width;

  @Option(names = "--depth", description = "number of blocks (" + DEPTH + ")")
  private Integer depth;

  @Option(names = "--heads", description = "attention heads (" + HEADS + ")")
  private Integer heads;

  @Option(names = "--patch", description = "pixels along a side of a token's patch (" + PATCH + ")")
  private Integer patch;

  @Option(
      names = "--caption-tokens",
      paramLabel = "N",
      defaultValue = "16",
      description = "tokens that a caption has room for (${DEFAULT-VALUE})")
  private int tokens;

  @Override
  public Integer call() throws IOException {
    if ((tokenizer == null) == (init == null)) {
      throw new IllegalArgumentException(
          "give --tokenizer FILE for a new model, or --init DIR to train one on");
    }
    TrainingSettings settings = training.settings(epochs, batch);
    CaptionedImages data = CaptionedImages.read(images, captions);
    PixArtConfig config = config(data);
    // Looked at before anything that is there is given up.
    CaptionTokenizer.open(init == null ? tokenizer : init).close();
    Outputs.prepareFolder(out);
    PixArtParts parts = new PixArtParts(out);
    Path checkpoint = training.checkpoint(out);
    prepareText(parts, Files.exists(checkpoint));
    try (TrainedPixArt model = open(data, config);
        ImageModelTrainer trainer =
            new ImageModelTrainer(data, model, settings, NoiseSchedule.linear())) {
      LossCurve.train(
          trainer,
          checkpoint,
          ImageTrainingOptions.curve(out),
          () -> parts.finish(config, trainer.result()));
    }
    System.out.println("model: " + out);
    return 0;
  }

  /** What reads captions: a training that goes on keeps what it began with. */
  private void prepareText(PixArtParts parts, boolean there) throws IOException {
    if (init != null && there) {
      parts.requireCopied(init);
    } else if (init != null) {
      parts.copyText(init);
    } else if (there) {
      parts.requireDrawn(tokenizer, tokens);
    } else {
      parts.drawText(tokenizer, tokens, training.seed());
    }
  }

  private PixArtConfig config(CaptionedImages data) throws IOException {
    if (init == null) {
      return newConfig(data.size());
    }
    if (width != null || depth != null || heads != null || patch != null) {
      throw new IllegalArgumentException(
          "--width, --depth, --heads and --patch shape a new model; leave them out with --init");
    }
    PixArtConfig config = PixArtCheckpoint.inspect(init);
    if (config.sampleSize() != data.size() || config.inChannels() != 3) {
      throw new IllegalArgumentException(
          "%s makes samples of %d channels and %d x %d, the images are of 3 and %d x %d"
              .formatted(
                  init,
                  config.inChannels(),
                  config.sampleSize(),
                  config.sampleSize(),
                  data.size(),
                  data.size()));
    }
    return config;
  }

  private PixArtConfig newConfig(int size) {
    int length = or(width, WIDTH);
    int parts = or(heads, HEADS);
    if (parts < 1 || length % parts != 0) {
      throw new IllegalArgumentException(
          "--width is %d, expected a multiple of --heads %d".formatted(length, parts));
    }
    int text = PixArtParts.textWidth();
    return new PixArtConfig(
        size, or(patch, PATCH), 3, 3, parts, length / parts, or(depth, DEPTH), text, 1, false);
  }

  private static int or(Integer given, int usual) {
    return given == null ? usual : given;
  }

  private TrainedPixArt open(CaptionedImages data, PixArtConfig shape) throws IOException {
    int length = Math.min(tokens, CaptionTokenizer.limit(out));
    return TrainedPixArt.open(
        data,
        out,
        length,
        shape,
        (manager, config) ->
            init == null
                ? PixArtWeights.initialise(manager, config, training.seed())
                : PixArtCheckpoint.open(init, Precision.FLOAT32, manager).weights());
  }
}
