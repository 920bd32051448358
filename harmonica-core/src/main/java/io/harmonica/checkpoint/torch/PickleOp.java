package io.harmonica.checkpoint.torch;

/** The instructions of Python's pickle machine that torch.save emits, protocols 2 to 5. */
enum PickleOp {
  // Structure.
  MARK('('),
  STOP('.'),
  POP('0'),
  POP_MARK('1'),
  DUP('2'),
  PROTO(0x80),
  FRAME(0x95),

  // Scalars.
  NONE('N'),
  NEWTRUE(0x88),
  NEWFALSE(0x89),
  BININT('J'),
  BININT1('K'),
  BININT2('M'),
  LONG1(0x8a),
  LONG4(0x8b),
  BINFLOAT('G'),

  // Texts and bytes.
  BINSTRING('T'),
  SHORT_BINSTRING('U'),
  BINUNICODE('X'),
  SHORT_BINUNICODE(0x8c),
  BINUNICODE8(0x8d),
  BINBYTES('B'),
  SHORT_BINBYTES('C'),
  BINBYTES8(0x8e),
  BYTEARRAY8(0x96),

  // Collections.
  EMPTY_DICT('}'),
  DICT('d'),
  SETITEM('s'),
  SETITEMS('u'),
  EMPTY_LIST(']'),
  LIST('l'),
  APPEND('a'),
  APPENDS('e'),
  EMPTY_TUPLE(')'),
  TUPLE('t'),
  TUPLE1(0x85),
  TUPLE2(0x86),
  TUPLE3(0x87),
  EMPTY_SET(0x8f),
  ADDITEMS(0x90),
  FROZENSET(0x91),

  // Memo.
  BINPUT('q'),
  LONG_BINPUT('r'),
  MEMOIZE(0x94),
  BINGET('h'),
  LONG_BINGET('j'),

  // Objects.
  GLOBAL('c'),
  STACK_GLOBAL(0x93),
  REDUCE('R'),
  NEWOBJ(0x81),
  NEWOBJ_EX(0x92),
  BUILD('b'),
  BINPERSID('Q');

  private static final PickleOp[] BY_CODE = new PickleOp[256];

  static {
    for (PickleOp op : values()) {
      BY_CODE[op.code] = op;
    }
  }

  private final int code;

  PickleOp(int code) {
    this.code = code;
  }

  /** The byte that stands for the instruction. */
  int code() {
    return code;
  }

  /** Returns the instruction with a code, or null if it is none of these. */
  static PickleOp of(int code) {
    return BY_CODE[code];
  }
}
