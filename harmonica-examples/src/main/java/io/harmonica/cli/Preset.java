package io.harmonica.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A program for one model: some of the commands, with defaults of its own.
 *
 * @param name the program's name
 * @param description what it is for
 * @param commands which commands it has
 * @param defaults what an option is if it is not given, by its name ({@code --steps}) or, for one
 *     command alone, by command and name ({@code train --out})
 */
public record Preset(
    String name, String description, List<String> commands, Map<String, String> defaults)
    implements IDefaultValueProvider {

  /**
   * Copies commands and defaults.
   *
   * @param name the program's name
   * @param description what it is for
   * @param commands which commands it has
   * @param defaults what options are if they are not given
   */
  public Preset {
    commands = List.copyOf(commands);
    defaults = Map.copyOf(defaults);
  }

  /** The library's protocol: null leaves an option as its command defines it. */
  @Override
  public String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? value(option.command().name(), option.longestName()).orElse(null)
        : null;
  }

  private Optional<String> value(String command, String option) {
    return Optional.ofNullable(defaults.get(command + " " + option))
        .or(() -> Optional.ofNullable(defaults.get(option)));
  }
}
