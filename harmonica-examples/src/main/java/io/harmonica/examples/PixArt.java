package io.harmonica.examples;

import io.harmonica.cli.CommandLineApp;
import io.harmonica.cli.Preset;
import java.util.List;
import java.util.Map;

/**
 * PixArt-alpha at 256 x 256 (Chen et al., 2024) with 20 steps, as in HarmoniCa's paper: trains a
 * router on prompts ({@code train}), samples images of prompts ({@code sample}), compares policies
 * ({@code compare}) and shows routers ({@code inspect}). Without options it takes the folder {@code
 * PixArt-XL-2-256x256} in the current one, its scheduler and guidance 4.5; {@code docs/pixart.md}
 * tells it step by step.
 */
public final class PixArt {
  private static final Preset PRESET =
      new Preset(
          "PixArt",
          "PixArt-alpha at 256 x 256 with 20 steps.",
          List.of("train", "sample", "compare", "inspect"),
          Map.ofEntries(
              Map.entry("--model", "PixArt-XL-2-256x256"),
              Map.entry("--steps", "20"),
              Map.entry("--guidance", "4.5"),
              Map.entry("train --prompts", "bundled"),
              Map.entry("train --out", "pixart-router.safetensors"),
              Map.entry("sample --out", "pixart-images"),
              Map.entry("compare --out", "pixart-compared")));

  private PixArt() {}

  /**
   * Runs a command and ends the process: 0 on success, 2 on bad input with one line on stderr.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /**
   * Runs a command.
   *
   * @param args the command and its options
   * @return the exit status: 0 on success, 2 on bad input, 1 on a failure that is not the caller's
   */
  public static int run(String... args) {
    return CommandLineApp.run(PRESET, args);
  }
}
