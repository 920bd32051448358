package io.harmonica.examples;

import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageRequest;
import io.harmonica.pipeline.Images;
import io.harmonica.router.Router;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** Samples images of classes with a trained router: {@code MODEL ROUTER OUT CLASS...}. */
public final class SampleWithRouter {
  private SampleWithRouter() {}

  /**
   * Runs the program.
   *
   * @param args a model's folder or file, a router for it, a folder for the images, and classes by
   *     name or number
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    Path model = Path.of(args[0]);
    Path routerFile = Path.of(args[1]);
    Path out = Path.of(args[2]);
    String[] classes = Arrays.copyOfRange(args, 3, args.length);
    // README: SampleWithRouter
    try (DiffusionPipeline pipeline = DiffusionPipeline.open(model)) {
      Router router = Router.read(routerFile);
      ImageRequest request =
          ImageRequest.classes(classes).steps(router.steps()).cache(router).seed(7);
      Images images = pipeline.sample(request);
      images.write(out);
    }
    // README: end
  }
}
