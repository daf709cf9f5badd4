import { Buffer, isUtf8 } from 'node:buffer';

/** Maximum length of strings decoded here: for these, a call into the runtime costs more than the decoding. */
const SHORT_BYTES = 8;

/**
 * Decodes UTF-8 strictly. Node alone would replace invalid bytes by U+FFFD, and two strings would become one.
 *
 * @throws {Error} for bytes that are not UTF-8.
 */
export function utf8Text(buffer: Buffer, start: number, end: number): string {
  return shortAscii(buffer, start, end) ?? longText(buffer, start, end);
}

function shortAscii(buffer: Buffer, start: number, end: number): string | undefined {
  if (end - start > SHORT_BYTES) return undefined;
  let text = '';
  for (let at = start; at < end; at += 1) {
    const byte = buffer[at] as number;
    if (byte >= 128) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

function longText(buffer: Buffer, start: number, end: number): string {
  const text = buffer.toString('utf8', start, end);
  if (text.includes('\uFFFD') && !isUtf8(buffer.subarray(start, end))) {
    throw new Error('bytes that are no UTF-8');
  }
  return text;
}

/** Views the same bytes as a Buffer, not copied. */
export function bufferOf(bytes: Uint8Array): Buffer {
  if (bytes instanceof Buffer) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
