package io.harmonica.cli;

import io.harmonica.cli.imageset.ImageSetFiles;
import io.harmonica.cli.imageset.SetParts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes one file of the shares that several runs of sample-set have made. */
@Command(
    name = "merge",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Makes one .npz file of the shares that runs of \"sample-set --shard i/n\" have made. No"
            + " model is needed. The shares stay where they are.")
final class MergeCommand implements Callable<Integer> {
  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.npz",
      description = "where the images go, with FILE.csv and FILE.json beside it")
  private Path out;

  @Parameters(
      paramLabel = "FOLDER",
      arity = "0..*",
      description = "folders with shares, where they are not all in FILE.npz.parts")
  private List<Path> folders;

  @Override
  public Integer call() throws IOException {
    ImageSetFiles.requireNew(out);
    Outputs.requireFolderOf(out);
    List<SetParts> shares = new ArrayList<>();
    for (Path folder : folders == null ? List.of(SetParts.folderOf(out)) : folders) {
      SetParts share = SetParts.find(folder);
      if (!shares.isEmpty()) {
        share.requireSame(shares.get(0).set().settings());
      }
      shares.add(share);
    }
    ImageSetFiles files = new ImageSetFiles(out, shares.get(0).set());
    Outputs.requireSpace(out, files.set().count(), files.set().count() * files.set().imageBytes());
    files.write(shares);
    System.out.printf("%s: %s%n", out, files.set());
    return 0;
  }
}
