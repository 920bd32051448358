package io.harmonica;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import ai.djl.ndarray.NDArray;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;

/**
 * Holds the shape of the code: a star of modules around core, no package cycles, and libraries that
 * neither print nor pick a logger. It lives in the examples because only they see every module.
 */
@AnalyzeClasses(packages = "io.harmonica", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String[] CORE = {
    "io.harmonica.plan..",
    "io.harmonica.policy..",
    "io.harmonica.router..",
    "io.harmonica.cache..",
    "io.harmonica.diffusion..",
    "io.harmonica.checkpoint..",
    "io.harmonica.files.."
  };
  private static final String[] DIT = {
    "io.harmonica.kernel..",
    "io.harmonica.model..",
    "io.harmonica.block..",
    "io.harmonica.dit..",
    "io.harmonica.pixart..",
    "io.harmonica.sit..",
    "io.harmonica.uvit..",
    "io.harmonica.inception..",
    "io.harmonica.clip..",
    "io.harmonica.vae..",
    "io.harmonica.text..",
    "io.harmonica.pipeline.."
  };
  private static final String[] TRAIN = {
    "io.harmonica.train..",
    "io.harmonica.search..",
    "io.harmonica.calibration..",
    "io.harmonica.eval..",
    "io.harmonica.work..",
    "io.harmonica.spark.."
  };
  private static final String[] EXAMPLES = {"io.harmonica.examples..", "io.harmonica.cli.."};
  private static final String[] LIBRARIES = join(CORE, DIT, TRAIN);

  @ArchTest
  static final ArchRule everyClassBelongsToAModule =
      classes().should().resideInAnyPackage(join(LIBRARIES, EXAMPLES));

  @ArchTest static final ArchRule coreStandsAlone = independent(CORE, join(DIT, TRAIN, EXAMPLES));

  @ArchTest static final ArchRule ditKnowsOnlyCore = independent(DIT, join(TRAIN, EXAMPLES));

  @ArchTest static final ArchRule trainKnowsOnlyCore = independent(TRAIN, join(DIT, EXAMPLES));

  @ArchTest static final ArchRule coreDoesNotKnowTheEngine = independent(CORE, "ai.djl.pytorch..");

  @ArchTest
  static final ArchRule noPackageCycles =
      slices().matching("io.harmonica.(*)..").should().beFreeOfCycles();

  /** A package below another one is a slice of its own: they do not know each other in a circle. */
  @ArchTest
  static final ArchRule noPackageCyclesAtAnyDepth =
      slices().matching("io.harmonica.(**)").should().beFreeOfCycles();

  /** The published method stands on its own; what is searched by the image is built on it. */
  @ArchTest
  static final ArchRule trainingDoesNotKnowTheSearch =
      independent(
          new String[] {"io.harmonica.train.."},
          "io.harmonica.search..",
          "io.harmonica.calibration..",
          "io.harmonica.eval..");

  /** Who has no Spark never loads a class that needs it. */
  @ArchTest
  static final ArchRule onlyOnePackageKnowsSpark =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.harmonica.spark..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.harmonica.spark..", "org.apache.spark..", "scala..");

  /** What workers do is the business of who makes the pieces. */
  @ArchTest
  static final ArchRule workersKnowNoWork =
      independent(
          new String[] {"io.harmonica.work..", "io.harmonica.spark.."},
          "io.harmonica.train..",
          "io.harmonica.search..",
          "io.harmonica.calibration..",
          "io.harmonica.eval..");

  @ArchTest
  static final ArchRule librariesLogThroughSlf4j =
      noClasses()
          .that()
          .resideInAnyPackage(LIBRARIES)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.util.logging..");

  @ArchTest
  static final ArchRule librariesDoNotPrint =
      noClasses().that().resideInAnyPackage(LIBRARIES).should(ACCESS_STANDARD_STREAMS);

  /** What {@code Scalars} is for: the engine's own products by a number must not enter a graph. */
  @ArchTest
  static final ArchRule graphsHoldNoNumbersOfTheHost =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.harmonica.train..",
              "io.harmonica.search..",
              "io.harmonica.calibration..",
              "io.harmonica.cache..",
              "io.harmonica.block..",
              "io.harmonica.dit..",
              "io.harmonica.pixart..",
              "io.harmonica.sit..",
              "io.harmonica.uvit..",
              "io.harmonica.cli.fashion..",
              "io.harmonica.cli.classifier..",
              "io.harmonica.cli.emoji..",
              "io.harmonica.cli.training..")
          .or()
          .haveSimpleName("GuidedDenoiser")
          .should()
          .callMethod(NDArray.class, "mul", Number.class)
          .orShould()
          .callMethod(NDArray.class, "div", Number.class)
          .orShould()
          .callMethod(NDArray.class, "pow", Number.class);

  private ArchitectureTest() {}

  private static ArchRule independent(String[] packages, String... others) {
    return noClasses()
        .that()
        .resideInAnyPackage(packages)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others);
  }

  private static String[] join(String[]... packages) {
    return Stream.of(packages).flatMap(Stream::of).toArray(String[]::new);
  }
}
