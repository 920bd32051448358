package io.harmonica.text;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Looks through a SentencePiece model before the library gets it. The library is native code that
 * trusts what it reads: a damaged table of characters makes it read outside its memory, and a piece
 * with a zero byte makes it abort, either of which ends the process.
 */
final class SentencePieceFile {
  private static final long MAX_BYTES = 64L << 20;
  private static final int MAX_PIECES = 1 << 22;
  private static final String REMEDY = "give the spiece.model of the model's tokenizer folder";

  private static final int NORMAL = 1;
  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int KINDS = 6;

  /** The library keeps as many pieces of this kind that start the same text. */
  private static final int MAX_USER_DEFINED = 64;

  private static final int UNIGRAM = 1;

  /** T5's first pieces: the ids of padding, of the end of a text, and of what is in no piece. */
  private static final List<String> FIRST = List.of("<pad>", "</s>", "<unk>");

  private static final int UNKNOWN_ID = 2;

  private int pieces;
  private boolean hasTable;

  private SentencePieceFile() {}

  /**
   * Reads a file.
   *
   * @return its content, with which the library can do no harm
   * @throws MalformedCheckpointException if it is damaged or not of T5's kind
   */
  static byte[] read(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MAX_BYTES) {
      throw fault(file, "has " + size + " bytes, too many for a tokenizer", -1);
    }
    byte[] content = Files.readAllBytes(file);
    new SentencePieceFile().check(new ProtobufReader(file, ByteBuffer.wrap(content)));
    return content;
  }

  static MalformedCheckpointException fault(Path file, String problem, long offset) {
    return new MalformedCheckpointException(file.toString(), problem, offset, REMEDY);
  }

  static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ").strip();
  }

  private void check(ProtobufReader model) throws IOException {
    for (int field = model.next(); field != 0; field = model.next()) {
      switch (field) {
        case 1 -> piece(model.message());
        case 2 -> training(model.message());
        case 3 -> hasTable = normalisation(model.message());
        case 5 -> normalisation(model.message());
        default -> {}
      }
    }
    if (pieces <= FIRST.size()) {
      throw model.fault("holds " + pieces + " pieces and is no SentencePiece model");
    }
    if (!hasTable) {
      throw model.fault("has no table of characters and was cut short");
    }
  }

  private void piece(ProtobufReader piece) throws IOException {
    String text = "";
    int kind = NORMAL;
    for (int field = piece.next(); field != 0; field = piece.next()) {
      switch (field) {
        case 1 -> text = text(piece);
        case 2 -> {
          if (!Float.isFinite(piece.single())) {
            throw piece.fault("gives the piece " + pieces + " the score " + piece.single());
          }
        }
        case 3 -> kind = kind(piece);
        default -> {}
      }
    }
    int expected = pieces == UNKNOWN_ID ? UNKNOWN : CONTROL;
    if (pieces < FIRST.size() && (!text.equals(FIRST.get(pieces)) || kind != expected)) {
      throw piece.fault(
          "has the piece \""
              + oneLine(text)
              + "\" of kind "
              + kind
              + " as number "
              + pieces
              + ", where T5 has \""
              + FIRST.get(pieces)
              + "\" of kind "
              + expected);
    }
    if (kind == USER_DEFINED && text.getBytes(StandardCharsets.UTF_8).length > MAX_USER_DEFINED) {
      throw piece.fault("has a defined piece of more than " + MAX_USER_DEFINED + " bytes");
    }
    pieces++;
    if (text.isEmpty() || pieces > MAX_PIECES) {
      throw piece.fault(text.isEmpty() ? "has an empty piece" : "has too many pieces");
    }
  }

  private static int kind(ProtobufReader piece) throws IOException {
    long kind = piece.integer();
    if (kind < NORMAL || kind > KINDS) {
      throw piece.fault("has a piece of the unknown kind " + kind);
    }
    return (int) kind;
  }

  private static String text(ProtobufReader piece) throws IOException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(piece.bytes().slice()).toString();
      if (text.indexOf(0) < 0) {
        return text;
      }
    } catch (CharacterCodingException e) {
      throw (IOException) piece.fault("has a piece that is not UTF-8").initCause(e);
    }
    throw piece.fault("has a piece with a zero in it");
  }

  private static void training(ProtobufReader training) throws IOException {
    for (int field = training.next(); field != 0; field = training.next()) {
      if (field == 3 && training.integer() != UNIGRAM) {
        throw training.fault(
            "holds a model of kind " + training.integer() + ", where T5 has a unigram model");
      }
    }
  }

  /** Checks the rules and tells whether there are any. */
  private static boolean normalisation(ProtobufReader rules) throws IOException {
    boolean found = false;
    for (int field = rules.next(); field != 0; field = rules.next()) {
      if (field == 2 && rules.bytes().hasRemaining()) {
        found = true;
        if (!CharacterTable.isSound(rules.bytes())) {
          throw rules.fault("has a damaged table of characters");
        }
      }
    }
    return found;
  }
}
