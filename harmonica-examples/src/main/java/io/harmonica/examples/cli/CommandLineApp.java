package io.harmonica.examples.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Reads the arguments, runs the command, and turns every expected failure into one clear line. */
@Command(
    name = "harmonica",
    mixinStandardHelpOptions = true,
    versionProvider = LibraryVersion.class,
    description = "Learned feature caching for faster Diffusion Transformers.",
    subcommands = {
      QuickstartCommand.class,
      TrainCommand.class,
      SampleCommand.class,
      CompareCommand.class,
      InspectCommand.class,
      ConvertCommand.class,
      DoctorCommand.class,
      RandomDitCommand.class,
      RandomPixArtCommand.class,
      TrainDitCommand.class,
      TrainClassifierCommand.class
    })
public final class CommandLineApp implements Runnable {
  private static final int BAD_INPUT = 2;

  private CommandLineApp() {}

  /**
   * Runs a command.
   *
   * @param args the command and its options
   * @return the exit status: 0 on success, 2 on bad input, 1 on a failure that is not the caller's
   */
  public static int run(String... args) {
    // DJL reports its use to its makers unless told not to.
    System.setProperty("OPT_OUT_TRACKING", "true");
    CommandLine line = new CommandLine(new CommandLineApp());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(
        (failure, arguments) -> {
          failure.getCommandLine().getErr().println("harmonica: " + oneLine(failure));
          return BAD_INPUT;
        });
    line.setExecutionExceptionHandler(
        (thrown, command, parsed) -> {
          Exception failure = thrown instanceof UncheckedIOException io ? io.getCause() : thrown;
          if (failure instanceof IllegalArgumentException || failure instanceof IOException) {
            command.getErr().println("harmonica: " + oneLine(failure));
            return BAD_INPUT;
          }
          throw failure;
        });
    return line.execute(args);
  }

  private static String oneLine(Exception failure) {
    String message = failure.getMessage();
    if (failure instanceof AccessDeniedException) {
      message += " may not be written or read; choose another place or change its permissions";
    } else if (failure instanceof FileSystemException missing && missing.getReason() == null) {
      message += ": no such file or folder";
    }
    return message == null ? failure.toString() : message.lines().findFirst().orElse("");
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
