package io.harmonica.files;

/** The version of this library, which every file that it writes is marked with. */
public final class LibraryVersion {
  private LibraryVersion() {}

  /** {@return the released version, or "development" for classes that come from no jar} */
  public static String text() {
    String version = LibraryVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
