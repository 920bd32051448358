package io.harmonica.work;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;

/** Objects to and from a process of our own, through its standard streams. */
final class Frames {
  private final OutputStream out;
  private final InputStream in;
  private ObjectOutputStream objectsOut;
  private ObjectInputStream objectsIn;

  Frames(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  void write(Object message) throws IOException {
    if (objectsOut == null) {
      objectsOut = new ObjectOutputStream(new BufferedOutputStream(out));
    }
    objectsOut.writeObject(message);
    // Otherwise both ends would remember, and keep alive, every message.
    objectsOut.reset();
    objectsOut.flush();
  }

  Object read() throws IOException {
    if (objectsIn == null) {
      objectsIn = new ObjectInputStream(new BufferedInputStream(in));
    }
    try {
      return objectsIn.readObject();
    } catch (ClassNotFoundException e) {
      throw new IOException("the other process has another class path", e);
    }
  }
}
