package org.grokfast.tools.console;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;

/**
 * Standard error for those who don't know {@link SafeOutput}: logs of libraries and stack traces,
 * which quote names from files too.
 */
public final class StandardError extends OutputStream {
  private static PrintStream raw = System.err;

  private final ControlFilter filter;
  private final CharsetDecoder decoder;
  private ByteBuffer rest = ByteBuffer.allocate(0);

  StandardError(PrintStream target, Charset charset) {
    filter = new ControlFilter(new OutputStreamWriter(target, charset));
    decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
  }

  /** Takes the place of {@link System#err}. */
  public static void install() {
    raw = System.err;
    Charset charset = Charset.defaultCharset();
    System.setErr(new PrintStream(new StandardError(raw, charset), true, charset));
  }

  /** The stream itself, for those who draw on the terminal. */
  public static PrintStream raw() {
    return raw;
  }

  /** How text becomes bytes there: the terminal's way, which isn't Java's own since Java 18. */
  static Charset encoding() {
    String name = System.getProperty("stderr.encoding", System.getProperty("native.encoding"));
    return name != null && Charset.isSupported(name)
        ? Charset.forName(name)
        : Charset.defaultCharset();
  }

  @Override
  public synchronized void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(rest.remaining() + length);
    all.put(rest).put(bytes, offset, length).flip();
    CharBuffer text = CharBuffer.allocate(all.remaining() * 2 + 2);
    decoder.decode(all, text, false);
    rest = all;
    filter.write(text.flip().toString());
  }

  @Override
  public void close() throws IOException {
    flush();
  }

  @Override
  public synchronized void flush() throws IOException {
    filter.flush();
  }
}
