package io.harmonica.cli;

import io.harmonica.cli.compare.OtherWork;
import io.harmonica.cli.selftest.EngineVariables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reads the arguments, runs the command, and turns every expected failure into one clear line. */
@Command(
    name = "harmonica",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    description = "Learned feature caching for faster Diffusion Transformers.",
    subcommands = {
      QuickstartCommand.class,
      TrainCommand.class,
      TrainLearningToCacheCommand.class,
      CalibrateCommand.class,
      SampleCommand.class,
      CompareCommand.class,
      AblateCommand.class,
      SampleSetCommand.class,
      MergeCommand.class,
      EvaluateCommand.class,
      InspectCommand.class,
      ConvertCommand.class,
      DoctorCommand.class,
      BenchCommand.class,
      FootprintCommand.class,
      RandomDitCommand.class,
      RandomSitCommand.class,
      RandomUvitCommand.class,
      RandomPixArtCommand.class,
      RandomInceptionCommand.class,
      RandomClipCommand.class,
      TrainDitCommand.class,
      TrainClassifierCommand.class,
      EmojiSetCommand.class,
      TrainPixArtCommand.class,
      RetrieveCommand.class
    })
public final class CommandLineApp implements Runnable {
  private static final int BAD_INPUT = 2;
  private static final int INTERRUPTED = 130;

  @Spec private CommandSpec spec;

  private CommandLineApp() {}

  /**
   * Runs a command.
   *
   * @param args the command and its options
   * @return the exit status: 0 on success, 2 on bad input, 130 if interrupted, 1 on a failure that
   *     is not the caller's
   */
  public static int run(String... args) {
    OtherWork others = OtherWork.fromNow();
    return run(others, new CommandLine(new CommandLineApp()), args);
  }

  /**
   * Runs a command of a program for one model.
   *
   * @param preset the program
   * @param args the command and its options
   * @return the exit status, as {@link #run(String...)}
   */
  public static int run(Preset preset, String... args) {
    OtherWork others = OtherWork.fromNow();
    CommandLine line = new CommandLine(new CommandLineApp()).setCommandName(preset.name());
    line.getCommandSpec().usageMessage().description(preset.description());
    for (String command : List.copyOf(line.getSubcommands().keySet())) {
      if (!preset.commands().contains(command)) {
        line.getCommandSpec().removeSubcommand(command);
      }
    }
    line.setDefaultValueProvider(preset);
    return run(others, line, args);
  }

  private static int run(OtherWork others, CommandLine line, String... args) {
    // DJL reports its use to its makers unless told not to.
    System.setProperty("OPT_OUT_TRACKING", "true");
    // What is printed is read by scripts, and by bench.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(
        (failure, arguments) -> {
          String hint = failure instanceof UnmatchedArgumentException unknown ? hint(unknown) : "";
          failure.getCommandLine().getErr().println("harmonica: " + oneLine(failure) + hint);
          return BAD_INPUT;
        });
    line.setExecutionExceptionHandler(
        (thrown, command, parsed) -> {
          if (Thread.interrupted()) {
            command.getErr().println("harmonica: ended by a signal; files are whole or not there");
            return INTERRUPTED;
          }
          Exception failure = thrown instanceof UncheckedIOException io ? io.getCause() : thrown;
          if (failure instanceof IllegalArgumentException || failure instanceof IOException) {
            command.getErr().println("harmonica: " + oneLine(failure));
            return BAD_INPUT;
          }
          throw failure;
        });
    line.setExecutionStrategy(parsed -> withEngine(others, line, parsed));
    try (SignalGuard guard = SignalGuard.of(Thread.currentThread())) {
      return line.execute(args);
    }
  }

  /** Completes the engine's variables before anything can start it. */
  private static int withEngine(
      OtherWork others, CommandLine line, CommandLine.ParseResult parsed) {
    WaitingThreads.prepare(others);
    try {
      EngineVariables.ofProcess().prepare();
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(line, e.getMessage(), e);
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** What may have been meant by an argument that no command or option takes. */
  private static String hint(UnmatchedArgumentException unknown) {
    List<String> near = unknown.getSuggestions();
    return near.isEmpty()
        ? "; \"%s --help\" lists what there is"
            .formatted(unknown.getCommandLine().getCommandSpec().qualifiedName())
        : "; did you mean " + String.join(", ", near) + "?";
  }

  private static String oneLine(Exception failure) {
    String message = failure.getMessage();
    if (failure instanceof AccessDeniedException) {
      message += " may not be written or read; choose another place or change its permissions";
    } else if (failure instanceof FileSystemException missing && missing.getReason() == null) {
      message += ": no such file or folder";
    }
    String line = message == null ? failure.toString() : message.lines().findFirst().orElse("");
    // It may quote a stranger's file, which must not command the terminal.
    return line.replaceAll("\\p{Cc}", "?");
  }

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }
}
