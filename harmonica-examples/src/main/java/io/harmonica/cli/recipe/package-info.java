/**
 * The ways to make a router that the commands offer, behind one interface. Start reading at {@link
 * io.harmonica.cli.recipe.Recipe}.
 */
package io.harmonica.cli.recipe;
