package io.harmonica.work;

import java.util.OptionalInt;

/**
 * Where a worker is.
 *
 * @param number of the worker, from 0; for choosing among devices
 * @param name for messages, such as {@code worker 1}
 * @param gpu the GPU that a cluster has assigned to it, if it has
 */
public record Place(int number, String name, OptionalInt gpu) {}
