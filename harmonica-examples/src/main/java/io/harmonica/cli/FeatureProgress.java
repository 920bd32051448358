package io.harmonica.cli;

/** A progress bar with images per second, which appears with the first images. */
final class FeatureProgress implements AutoCloseable {
  private final String task;
  private final long began = System.nanoTime();
  private Progress progress;

  FeatureProgress(String task) {
    this.task = task;
  }

  void done(int done, int count) {
    if (progress == null) {
      progress = new Progress(task, count);
    }
    progress.to(done, "%.2f images/s".formatted(done * 1e9 / (System.nanoTime() - began)));
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
    }
  }
}
