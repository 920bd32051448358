/**
 * Says which machine this is to the engine, and proves on it that the library computes what it
 * should: {@code doctor} and {@code doctor --self-test}. Start reading at {@link
 * io.harmonica.cli.selftest.SelfTest}.
 */
package io.harmonica.cli.selftest;
