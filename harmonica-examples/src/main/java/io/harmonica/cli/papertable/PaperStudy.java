package io.harmonica.cli.papertable;

import java.util.Map;
import java.util.Optional;

/**
 * A part of the paper's tables: one model with one sampler and one number of steps.
 *
 * @param name the name of its folder
 * @param title what reports call it
 * @param model which model's files it takes
 * @param sampler the sampler's name
 * @param steps number of steps T
 * @param guidance guidance scale
 * @param goal how much the published training is to reuse
 * @param images how many images the paper's numbers are from
 * @param numbers the paper's numbers that we know
 */
public record PaperStudy(
    String name,
    String title,
    String model,
    String sampler,
    int steps,
    double guidance,
    Goal goal,
    int images,
    Map<Contender, PaperNumber> numbers) {

  /**
   * Copies the numbers.
   *
   * @param name see the record
   * @param title see the record
   * @param model see the record
   * @param sampler see the record
   * @param steps see the record
   * @param guidance see the record
   * @param goal see the record
   * @param images see the record
   * @param numbers see the record
   */
  public PaperStudy {
    numbers = Map.copyOf(numbers);
  }

  /**
   * Gives a row's published number.
   *
   * @param contender the row
   * @return the number; empty where the paper has none that we know
   */
  public Optional<PaperNumber> number(Contender contender) {
    return Optional.ofNullable(numbers.get(contender));
  }
}
