package io.harmonica.examples;

import io.harmonica.cli.CommandLineApp;
import io.harmonica.cli.Preset;
import java.util.List;
import java.util.Map;

/**
 * DiT-XL/2 at 256 x 256 (Peebles and Xie, 2023) with HarmoniCa's public settings: trains a router
 * ({@code train}), samples images ({@code sample}), and makes the 50,000 that its FID is measured
 * on ({@code sample-set}, {@code merge}). Without options it takes {@code DiT-XL-2-256x256.pt} and
 * {@code sd-vae-ft-ema} in the current folder; {@code docs/dit-xl.md} tells it step by step.
 */
public final class DitXl {
  private static final Preset PRESET =
      new Preset(
          "DitXl",
          "DiT-XL/2 at 256 x 256 with HarmoniCa's public settings.",
          List.of("train", "sample", "sample-set", "merge"),
          Map.ofEntries(
              Map.entry("--model", "DiT-XL-2-256x256.pt"),
              Map.entry("--vae", "sd-vae-ft-ema"),
              Map.entry("--steps", "10"),
              Map.entry("--sampler", "ddim"),
              Map.entry("--guidance", "1.5"),
              Map.entry("train --recipe", "paper"),
              Map.entry("train --out", "dit-xl-router.safetensors"),
              // Those of the public sampling script.
              Map.entry(
                  "sample --labels",
                  "golden retriever,otter,lesser panda,geyser,macaw,valley,balloon,Arctic fox"),
              Map.entry("sample --batch", "8"),
              Map.entry("sample --out", "dit-xl-images"),
              Map.entry("sample-set --count", "50000"),
              Map.entry("sample-set --out", "dit-xl-50000.npz")));

  private DitXl() {}

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
