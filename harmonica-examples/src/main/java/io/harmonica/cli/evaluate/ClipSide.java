package io.harmonica.cli.evaluate;

/**
 * What a report says of the model that scores images by their prompts.
 *
 * @param name its folder
 * @param sha256 checksum of its weights
 * @param prompts how many prompts there are
 * @param promptsSha256 checksum of their file
 */
public record ClipSide(String name, String sha256, int prompts, String promptsSha256) {}
