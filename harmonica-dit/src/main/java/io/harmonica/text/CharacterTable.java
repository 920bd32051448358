package io.harmonica.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;

/**
 * SentencePiece's compiled rules of normalisation: the size of a trie, the trie, and the texts that
 * its leaves point to, each ended by a zero. The trie is a double array (Aoe, 1989), as laid out by
 * Darts-clone: 32 bits a node, which hold the label by which one gets to it, the distance to its
 * children's places, and whether the one at label 0 is a leaf, which holds a position among the
 * texts.
 */
final class CharacterTable {
  /** Several times what the public tables take; bounds the time for a hostile one. */
  private static final int MAX_BYTES = 1 << 20;

  /** The library keeps no more rules that start the same text, one for each further byte. */
  private static final int MAX_DEPTH = 32;

  private static final int LABELS = 256;
  private static final int LABEL_BITS = 0x8000_00ff;
  private static final int LEAF_BIT = 1 << 8;
  private static final int FAR_BIT = 1 << 9;
  private static final int VALUE_BITS = 0x7fff_ffff;

  private final ByteBuffer trie;
  private final int nodes;
  private final int texts;

  private CharacterTable(ByteBuffer trie, int texts) {
    this.trie = trie;
    this.nodes = trie.remaining() / Integer.BYTES;
    this.texts = texts;
  }

  /** Whether no text can lead a reader of the table out of it. */
  static boolean isSound(ByteBuffer table) {
    ByteBuffer content = table.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (content.remaining() <= Integer.BYTES || content.remaining() > MAX_BYTES) {
      return false;
    }
    long size = Integer.toUnsignedLong(content.getInt());
    if (size == 0 || size % Integer.BYTES != 0 || size >= content.remaining()) {
      return false;
    }
    // The last text must end within the table.
    if (content.get(content.limit() - 1) != 0) {
      return false;
    }
    ByteBuffer trie = content.slice(Integer.BYTES, (int) size).order(ByteOrder.LITTLE_ENDIAN);
    return new CharacterTable(trie, content.remaining() - (int) size).isClosed();
  }

  /** Goes to all nodes, those that are as far from the root together. */
  private boolean isClosed() {
    BitSet level = new BitSet();
    level.set(0);
    for (int depth = 0; depth <= MAX_DEPTH; depth++) {
      BitSet next = new BitSet();
      for (int place = level.nextSetBit(0); place >= 0; place = level.nextSetBit(place + 1)) {
        if (!addChildren(place, next)) {
          return false;
        }
      }
      if (next.isEmpty()) {
        return true;
      }
      level = next;
    }
    return false;
  }

  private boolean addChildren(int place, BitSet children) {
    int unit = unit(place);
    int base = place ^ ((unit >>> 10) << ((unit & FAR_BIT) >>> 6));
    if ((base | (LABELS - 1)) >= nodes) {
      return false;
    }
    if ((unit & LEAF_BIT) != 0 && (unit(base) & VALUE_BITS) >= texts) {
      return false;
    }
    for (int label = 0; label < LABELS; label++) {
      if ((unit(base ^ label) & LABEL_BITS) == label) {
        children.set(base ^ label);
      }
    }
    return true;
  }

  private int unit(int place) {
    return trie.getInt(place * Integer.BYTES);
  }
}
