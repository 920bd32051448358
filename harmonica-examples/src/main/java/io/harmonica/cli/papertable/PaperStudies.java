package io.harmonica.cli.papertable;

import static io.harmonica.cli.papertable.Contender.FEWER_STEPS;
import static io.harmonica.cli.papertable.Contender.FULL;
import static io.harmonica.cli.papertable.Contender.PUBLISHED;
import static io.harmonica.cli.papertable.Contender.TAYLORSEER;

import java.util.List;
import java.util.Map;

/**
 * The tables of HarmoniCa (Huang et al., ICML 2025) as far as this library runs their models, with
 * the numbers that we know of them. TaylorSeer's number is from its own paper (Liu et al., 2025).
 */
public final class PaperStudies {
  /** DiT-XL/2 at 256 x 256: the name of its files. */
  public static final String DIT_256 = "dit256";

  /** DiT-XL/2 at 512 x 512. */
  public static final String DIT_512 = "dit512";

  /** PixArt-alpha at 256 x 256. */
  public static final String PIXART_256 = "pixart256";

  /** All studies. */
  public static final List<PaperStudy> ALL =
      List.of(
          dit(
              256,
              10,
              Goal.publishedPrice(0.229),
              Map.of(
                  FULL, PaperNumber.of(12.16),
                  PUBLISHED, PaperNumber.of(13.35).faster(1.23).reusing(0.229))),
          dit(
              256,
              20,
              Goal.utilisation(0.375),
              Map.of(
                  FULL, PaperNumber.of(3.52),
                  PUBLISHED, PaperNumber.of(4.88).faster(1.44).reusing(0.375))),
          dit(
              256,
              50,
              Goal.utilisation(0.237),
              Map.of(
                  FULL, PaperNumber.of(2.27),
                  PUBLISHED, PaperNumber.of(2.36).faster(1.30).reusing(0.237),
                  TAYLORSEER, PaperNumber.of(2.34).noting("at interval 3"),
                  FEWER_STEPS, PaperNumber.of(2.37).faster(1.28).noting("with 39 steps"))),
          dit(512, 10, Goal.utilisation(0.229), Map.of()),
          dit(
              512,
              20,
              Goal.speedup(1.30),
              Map.of(
                  FULL, PaperNumber.of(5.10),
                  PUBLISHED, PaperNumber.of(5.72).faster(1.30))),
          dit(512, 50, Goal.utilisation(0.237), Map.of()),
          pixart(
              "dpmpp",
              20,
              Goal.utilisation(0.56),
              Map.of(
                  FULL, PaperNumber.of(27.68),
                  PUBLISHED, PaperNumber.of(26.33).faster(1.60).reusing(0.56))),
          pixart(
              "ddpm",
              100,
              Goal.speedup(1.69),
              Map.of(FULL, PaperNumber.of(24.15), PUBLISHED, PaperNumber.of(23.73).faster(1.69))),
          pixart(
              "sa",
              25,
              Goal.speedup(1.59),
              Map.of(FULL, PaperNumber.of(26.78), PUBLISHED, PaperNumber.of(27.07).faster(1.59))));

  private PaperStudies() {}

  private static PaperStudy dit(
      int side, int steps, Goal goal, Map<Contender, PaperNumber> numbers) {
    return new PaperStudy(
        "dit-xl-%d-t%d".formatted(side, steps),
        "DiT-XL/2 %d x %d, DDIM, T = %d".formatted(side, side, steps),
        side == 256 ? DIT_256 : DIT_512,
        "ddim",
        steps,
        1.5,
        goal,
        50_000,
        numbers);
  }

  private static PaperStudy pixart(
      String sampler, int steps, Goal goal, Map<Contender, PaperNumber> numbers) {
    return new PaperStudy(
        "pixart-256-%s-t%d".formatted(sampler, steps),
        "PixArt-alpha 256 x 256, %s, T = %d".formatted(sampler, steps),
        PIXART_256,
        sampler,
        steps,
        4.5,
        goal,
        30_000,
        numbers);
  }
}
