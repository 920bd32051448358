package io.harmonica.eval;

import org.nd4j.linalg.factory.Nd4j;

/** ND4J's native half, which the statistics alone need: who calls them brings it. */
final class Nd4jNatives {
  private Nd4jNatives() {}

  /**
   * Starts ND4J.
   *
   * @throws IllegalStateException if its natives are not on the class path
   */
  static void require() {
    try {
      Nd4j.getBackend();
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "these statistics need ND4J's natives, which are not on the class path: add nd4j-native,"
              + " javacpp and openblas with this platform's classifier, such as linux-x86_64",
          e);
    }
  }
}
