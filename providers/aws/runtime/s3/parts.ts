// Content of unknown length, cut into parts that S3 takes one by one. A part is kept whole, so that it can be sent again.
import { NonRetryableException } from '../../../../runtime/core/errors.js';

/** S3 takes parts of 5 MB and more, and 10,000 of them. */
export const PART_BYTES = 8 * 1024 * 1024;

/** Parts of exactly PART_BYTES, and a last one with the rest, which is not empty. Nothing for empty content. */
export async function* partsOf(content: Uint8Array | AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void, void> {
  if (content instanceof Uint8Array) {
    for (let from = 0; from < content.length; from += PART_BYTES) yield content.subarray(from, from + PART_BYTES);
    return;
  }
  let chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    let rest = bytesOf(chunk);
    while (size + rest.length >= PART_BYTES) {
      const taken = rest.subarray(0, PART_BYTES - size);
      yield Buffer.concat([...chunks, taken]);
      rest = rest.subarray(taken.length);
      chunks = [];
      size = 0;
    }
    if (rest.length > 0) chunks.push(rest);
    size += rest.length;
  }
  if (size > 0) yield Buffer.concat(chunks);
}

/** A stream with an encoding, or one of texts, gives strings. */
function bytesOf(chunk: unknown): Uint8Array {
  if (typeof chunk === 'string') return Buffer.from(chunk);
  if (chunk instanceof Uint8Array) return chunk;
  throw new NonRetryableException(`a stream of a file's content must give text or bytes, and this one gave ${typeof chunk}`);
}
