package io.harmonica.cli.selftest;

import java.util.Map;

/**
 * What one check found.
 *
 * @param name the check
 * @param passed whether it found what it should
 * @param detail what it found, in words
 * @param figures the same in numbers, by name
 * @param seconds how long it took
 */
public record CheckResult(
    String name, boolean passed, String detail, Map<String, Double> figures, double seconds) {}
