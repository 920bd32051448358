package io.harmonica.examples;

import io.harmonica.cli.CommandLineApp;

/** The command line: {@code java -jar harmonica.jar COMMAND}. */
public final class Main {
  private Main() {}

  /**
   * Runs a command and ends the process: 0 on success, 2 on bad input with one line on stderr.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    System.exit(CommandLineApp.run(args));
  }
}
