package io.harmonica.cli.recipe;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import com.google.gson.reflect.TypeToken;
import io.harmonica.files.AtomicFiles;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import io.harmonica.train.RouterTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.TreeSet;

/** Keeps a study's routers in a folder, so that no training is done twice. */
public final class RouterShelf {
  private static final int CHECKPOINT_TRAJECTORIES = 20;

  private final Path folder;
  private final Path times;
  private final Map<String, Double> seconds = new TreeMap<>();

  /**
   * Opens a folder, which is made if it is missing.
   *
   * @param folder where the routers are kept
   * @throws IOException if it cannot be made, or what it says of earlier trainings is damaged
   */
  public RouterShelf(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.times = folder.resolve("seconds.json");
    if (Files.exists(times)) {
      try {
        Map<String, Double> read =
            new Gson().fromJson(Files.readString(times), new TypeToken<>() {});
        seconds.putAll(read == null ? Map.of() : read);
      } catch (JsonSyntaxException e) {
        throw new IOException(times + " is damaged; delete it", e);
      }
    }
  }

  /** Makes a router. */
  @FunctionalInterface
  public interface Training {
    /**
     * Trains, or goes on with a training.
     *
     * @param saving where its state is kept
     * @return the router
     * @throws IOException if the state cannot be read or written
     */
    Router train(RouterTrainer.CheckpointPlan saving) throws IOException;
  }

  /**
   * Returns the router that is there, or trains it, from where an interrupted training was.
   *
   * @param name the router's name, which becomes its file's
   * @param provenance what the file will say, or has to say
   * @param training makes the router
   * @return the router
   * @throws IOException if a file cannot be read or written
   * @throws IllegalArgumentException if the router that is there was trained otherwise
   */
  public Router get(String name, RouterProvenance provenance, Training training)
      throws IOException {
    Optional<Router> found = find(name, provenance);
    if (found.isPresent()) {
      return found.get();
    }
    took(name, train(name, training));
    return find(name, provenance).orElseThrow();
  }

  /**
   * Returns the router that is there.
   *
   * @param name the router's name
   * @param provenance what the file has to say
   * @return the router, if it is there
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it was trained otherwise
   */
  public Optional<Router> find(String name, RouterProvenance provenance) throws IOException {
    Path file = file(name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Router found = Router.read(file);
    requireSame(file, found.provenance(), provenance);
    return Optional.of(found);
  }

  /**
   * Trains a router into its file, from where an interrupted training was. Any number of processes
   * may do that for routers of their own.
   *
   * @param name the router's name
   * @param training makes the router
   * @return seconds that it took, or a negative number if it went on with an interrupted one
   * @throws IOException if a file cannot be read or written
   */
  public double train(String name, Training training) throws IOException {
    Path state = folder.resolve(name + ".checkpoint");
    boolean anew = !Files.exists(state);
    long began = System.nanoTime();
    training
        .train(new RouterTrainer.CheckpointPlan(state, CHECKPOINT_TRAJECTORIES, true))
        .write(file(name));
    Files.deleteIfExists(state);
    return anew ? (System.nanoTime() - began) / 1e9 : -1;
  }

  /**
   * Keeps how long a training took. What is known of an earlier one of that name is forgotten.
   *
   * @param name the router's name
   * @param seconds what {@link #train} said
   * @throws IOException if it cannot be written
   */
  public void took(String name, double seconds) throws IOException {
    Double before = this.seconds.remove(name);
    if (seconds >= 0) {
      this.seconds.put(name, seconds);
    }
    if (seconds >= 0 || before != null) {
      AtomicFiles.writeString(times, new Gson().toJson(this.seconds) + "\n");
    }
  }

  private Path file(String name) {
    return folder.resolve(name + ".safetensors");
  }

  /**
   * Tells how long a training took that ran through in one go.
   *
   * @param name the router's name
   * @return seconds; empty for one that was interrupted
   */
  public OptionalDouble seconds(String name) {
    Double known = seconds.get(name);
    return known == null ? OptionalDouble.empty() : OptionalDouble.of(known);
  }

  private static void requireSame(Path file, RouterProvenance found, RouterProvenance wanted) {
    Map<String, String> before = texts(found);
    Map<String, String> now = texts(wanted);
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    for (String name : names) {
      if (!String.valueOf(before.get(name)).equals(String.valueOf(now.get(name)))) {
        throw new IllegalArgumentException(
            "%s was trained with %s %s, this run has %s; choose another folder, or delete it"
                .formatted(file, name, before.get(name), now.get(name)));
      }
    }
  }

  private static Map<String, String> texts(RouterProvenance provenance) {
    Map<String, String> texts = new TreeMap<>(provenance.settings());
    texts.put("model", provenance.model());
    texts.put("model_sha256", provenance.modelHash());
    texts.put("sampler", provenance.sampler());
    texts.put("guidance", Double.toString(provenance.guidance()));
    texts.put("threshold", Double.toString(provenance.threshold()));
    texts.put("seed", Long.toString(provenance.seed()));
    texts.put("library_version", provenance.libraryVersion());
    return texts;
  }
}
