package io.harmonica.policy;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads the schedules that ECAD publishes for PixArt, and schedules of that form for DiT, which has
 * no {@code attn2}:
 *
 * <pre>{@code
 * {"cache_schedule": {"num_blocks": 28, "num_inference_steps": 20, "schedule":
 *     {"000": {"0": {"attn1": true, "attn2": true, "ff": true}, "1": ...}, "001": ...}}}
 * }</pre>
 *
 * <p>Steps count in execution order from 0, blocks from the input; true computes. Step 0 computes
 * everything, whatever the file says, as in the public code, whose cache is empty then. Other
 * members, such as the image's size and what was measured, are skipped. Schedules of FLUX and those
 * that call functions of their own (T-GATE) name other parts and are refused.
 */
public final class EcadFile {
  private static final Map<String, BranchKind> PARTS =
      Map.of(
          "attn1", BranchKind.SELF_ATTENTION,
          "attn2", BranchKind.CROSS_ATTENTION,
          "ff", BranchKind.FEED_FORWARD);

  /** Published files have a tenth of a megabyte. */
  private static final long MAX_BYTES = 1 << 26;

  private static final int MAX_DIGITS = 4;

  private final Path path;
  private final JsonReader json;
  private final Map<Integer, Map<Integer, Map<BranchKind, Boolean>>> steps = new TreeMap<>();
  private int declaredBlocks = -1;
  private int declaredSteps = -1;

  private EcadFile(Path path, String text) {
    this.path = path;
    this.json = new JsonReader(new StringReader(text));
    json.setStrictness(Strictness.STRICT);
  }

  /**
   * Reads a schedule.
   *
   * @param path the file
   * @return the schedule as a policy
   * @throws MalformedCheckpointException if the file is damaged or holds no such schedule; the
   *     message names the place in the JSON
   * @throws IOException if it cannot be read
   */
  public static EcadPolicy read(Path path) throws IOException {
    if (Files.isDirectory(path) || Files.size(path) > MAX_BYTES) {
      throw fault(path, "it is a folder or too large for a schedule", null);
    }
    EcadFile file = new EcadFile(path, text(path));
    try {
      file.parse();
      return file.policy();
    } catch (MalformedCheckpointException e) {
      throw e;
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      throw fault(path, "it is no sound JSON after " + file.place(), e);
    }
  }

  private static String text(Path path) throws IOException {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw fault(path, "it is no UTF-8 text", e);
    }
  }

  private void parse() throws IOException {
    object(
        name -> {
          if (name.equals("cache_schedule")) {
            object(this::parseScheduleMember);
          } else {
            json.skipValue();
          }
        });
    if (json.peek() != JsonToken.END_DOCUMENT) {
      throw fault("something follows the JSON object");
    }
  }

  private void parseScheduleMember(String name) throws IOException {
    switch (name) {
      case "num_blocks" -> declaredBlocks = number();
      case "num_inference_steps" -> declaredSteps = number();
      case "schedule" -> object(this::parseStep);
      default -> json.skipValue();
    }
  }

  private void parseStep(String stepName) throws IOException {
    Map<Integer, Map<BranchKind, Boolean>> blocks = new TreeMap<>();
    object(
        blockName -> {
          Map<BranchKind, Boolean> parts = new EnumMap<>(BranchKind.class);
          object(part -> parsePart(part, parts));
          putNew(blocks, index(blockName), parts);
        });
    putNew(steps, index(stepName), blocks);
  }

  private void parsePart(String name, Map<BranchKind, Boolean> parts) throws IOException {
    BranchKind kind = PARTS.get(name);
    if (kind == null) {
      throw fault("%s is none of attn1, attn2 and ff".formatted(place()));
    }
    expect(JsonToken.BOOLEAN);
    parts.put(kind, json.nextBoolean());
  }

  /** Names that differ as texts may be the same number: "1" and "001". */
  private <T> void putNew(Map<Integer, T> map, int index, T value) throws IOException {
    if (map.put(index, value) != null) {
      throw fault("%s has the number %d twice".formatted(place(), index));
    }
  }

  /** Reads one member after its name. */
  @FunctionalInterface
  private interface Member {
    void parse(String name) throws IOException;
  }

  private void object(Member member) throws IOException {
    expect(JsonToken.BEGIN_OBJECT);
    json.beginObject();
    Set<String> seen = new HashSet<>();
    while (json.hasNext()) {
      String name = json.nextName();
      if (!seen.add(name)) {
        throw fault("%s is there twice".formatted(place()));
      }
      member.parse(name);
    }
    json.endObject();
  }

  private int number() throws IOException {
    expect(JsonToken.NUMBER);
    return index(json.nextString());
  }

  private int index(String digits) throws IOException {
    if (!digits.matches("[0-9]{1," + MAX_DIGITS + "}")) {
      throw fault(
          "%s has \"%s\", expected a whole number of at most %d digits"
              .formatted(place(), MalformedCheckpointException.quote(digits), MAX_DIGITS));
    }
    return Integer.parseInt(digits);
  }

  private void expect(JsonToken wanted) throws IOException {
    JsonToken found = json.peek();
    if (found != wanted) {
      throw fault("%s is %s, expected %s".formatted(place(), found, wanted));
    }
  }

  private EcadPolicy policy() throws IOException {
    if ((long) declaredSteps * declaredBlocks * PARTS.size() > CachePlan.MOST_CELLS) {
      throw fault(
          "it is for %d steps of %d blocks, expected at most %d parts of blocks in all"
              .formatted(declaredSteps, declaredBlocks, CachePlan.MOST_CELLS));
    }
    requireAll("steps", steps.keySet(), declaredSteps, "num_inference_steps");
    List<BranchKind> kinds = null;
    for (Map<Integer, Map<BranchKind, Boolean>> blocks : steps.values()) {
      requireAll("blocks of a step", blocks.keySet(), declaredBlocks, "num_blocks");
      for (Map<BranchKind, Boolean> parts : blocks.values()) {
        List<BranchKind> own = List.copyOf(parts.keySet());
        kinds = kinds == null ? own : kinds;
        if (!own.equals(kinds) || own.isEmpty()) {
          throw fault(
              "its blocks have the parts %s and %s, expected the same in all"
                  .formatted(kinds, own));
        }
      }
    }
    BranchLayout layout = new BranchLayout(declaredBlocks, kinds);
    return new EcadPolicy(
        layout,
        CachePlan.of(
            declaredSteps,
            layout.branches(),
            (step, branch) -> steps.get(step).get(layout.block(branch)).get(layout.kind(branch))));
  }

  private void requireAll(String what, Set<Integer> numbers, int declared, String member)
      throws IOException {
    boolean all = declared >= 1 && numbers.size() == declared;
    for (int number = 0; all && number < declared; number++) {
      all = numbers.contains(number);
    }
    if (!all) {
      throw fault(
          "it has %d %s, expected those from 0 to %s - 1, which is %s"
              .formatted(numbers.size(), what, member, declared < 0 ? "missing" : declared));
    }
  }

  /** Where the reader is; it quotes the file, which must not command a terminal. */
  private String place() {
    return MalformedCheckpointException.quote(json.getPath());
  }

  private MalformedCheckpointException fault(String problem) {
    return fault(path, problem, null);
  }

  private static MalformedCheckpointException fault(Path path, String problem, Exception cause) {
    MalformedCheckpointException fault =
        new MalformedCheckpointException(
            path.toString(), problem, -1, "give an ECAD schedule of PixArt or DiT");
    fault.initCause(cause);
    return fault;
  }
}
