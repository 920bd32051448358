package io.harmonica.cli.papertable;

import io.harmonica.kernel.Precision;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What all rows of a table have in common.
 *
 * @param out the folder of finished rows, routers and features
 * @param inception the weights of the network that judges
 * @param clip the folder of the CLIP that scores images by their prompts, if one is to
 * @param images how many images each row samples
 * @param batch images at once
 * @param seed of noise, labels and trainings
 * @param precision what the model's matrices are multiplied in
 * @param trainings how routers are trained
 */
public record TableSettings(
    Path out,
    Path inception,
    Optional<Path> clip,
    int images,
    int batch,
    long seed,
    Precision precision,
    Trainings trainings) {}
