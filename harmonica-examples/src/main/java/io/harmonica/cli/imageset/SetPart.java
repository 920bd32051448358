package io.harmonica.cli.imageset;

import io.harmonica.cli.work.OpenModel;
import io.harmonica.files.AtomicFiles;
import io.harmonica.work.Piece;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes a batch of a set's images and puts it into its file, under another name until it is whole.
 *
 * @param batch the images
 * @param file where they go; every worker has to see its folder
 */
public record SetPart(SetBatch batch, String file) implements Piece<OpenModel, Integer> {

  /**
   * Makes the images and writes them.
   *
   * @return how many
   */
  @Override
  public Integer run(OpenModel bench) throws IOException {
    byte[] images = batch.run(bench);
    AtomicFiles.write(Path.of(file), to -> to.write(images));
    return batch.labels().length;
  }
}
