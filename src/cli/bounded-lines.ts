/** Lines of a stream, each of bounded length, so that the file does not determine how much memory is used. */

/** A line without its line feed. */
export interface Line {
  /** If the line is longer than the bound: that many bytes and one more. */
  readonly bytes: Uint8Array;
  /** Whether a line feed ended it. */
  readonly isEnded: boolean;
}

const LF = 0x0a;

/** The lines of a stream; the last one may lack its line feed. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Line, void, undefined> {
  let pieces: Buffer[] = [];
  let length = 0;
  const take = (piece: Buffer): void => {
    const room = piece.subarray(0, Math.max(0, most + 1 - length));
    if (room.length > 0) pieces.push(room);
    length += room.length;
  };
  const line = (isEnded: boolean): Line => {
    const bytes = Buffer.concat(pieces);
    [pieces, length] = [[], 0];
    return { bytes, isEnded };
  };
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, at)) {
      take(bytes.subarray(at, end));
      yield line(true);
      at = end + 1;
    }
    take(bytes.subarray(at));
  }
  if (length > 0) yield line(false);
}
