/** Version of the messages. Receivers of two versions overlap for one major release of this package. */
const VERSION = 1;
const KINDS = ['keys', 'generations', 'all', 'nonce'] as const;
const SENDER_AT = 2;
export const SENDER_BYTES = 8;
const COUNT_AT = SENDER_AT + SENDER_BYTES;
const HEAD_BYTES = COUNT_AT + 2;
const LENGTH_BYTES = 2;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A message on the channel of a key space: never values, lives or times. */
export interface ChangeMessage {
  /** `all`: the key space was emptied. `nonce`: nothing has changed, a stream is being tested. */
  readonly kind: (typeof KINDS)[number];
  readonly sender: Buffer;
  /** Names without the prefix of the key space. */
  readonly names: readonly string[];
}

/**
 * Encodes a message: version, kind (from 1), sender (8 bytes), number of names (16 bits, like all numbers big-endian),
 * then for each name its length in bytes (16 bits) and its UTF-8.
 */
export function encodeChange({ kind, sender, names }: ChangeMessage): Buffer {
  const texts = names.map((name) => Buffer.from(name));
  const size = texts.reduce((sum, { byteLength }) => sum + LENGTH_BYTES + byteLength, HEAD_BYTES);
  const message = Buffer.allocUnsafe(size);
  message[0] = VERSION;
  message[1] = KINDS.indexOf(kind) + 1;
  sender.copy(message, SENDER_AT, 0, SENDER_BYTES);
  message.writeUInt16BE(texts.length, COUNT_AT);
  let at = HEAD_BYTES;
  for (const text of texts) {
    at = message.writeUInt16BE(text.byteLength, at);
    at += text.copy(message, at);
  }
  return message;
}

/** Decodes a message; `undefined` when it is broken, or of a version or kind that is not known here. */
export function decodeChange(message: Buffer): ChangeMessage | undefined {
  const kind = KINDS[(message[1] ?? 0) - 1];
  if (message.byteLength < HEAD_BYTES || message[0] !== VERSION || kind === undefined) return undefined;
  const names: string[] = [];
  let at = HEAD_BYTES;
  for (let left = message.readUInt16BE(COUNT_AT); left > 0; left--) {
    if (at + LENGTH_BYTES > message.byteLength) return undefined;
    const end = at + LENGTH_BYTES + message.readUInt16BE(at);
    const name = end > message.byteLength ? undefined : utf8(message.subarray(at + LENGTH_BYTES, end));
    if (name === undefined) return undefined;
    names.push(name);
    at = end;
  }
  if (at !== message.byteLength) return undefined;
  return { kind, sender: Buffer.from(message.subarray(SENDER_AT, COUNT_AT)), names };
}

function utf8(bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Channel of a key space, which begins with its prefix, so that access rules for keys can be repeated for channels. On a
 * cluster each node has a channel of its own, so that nothing depends on what nodes tell each other.
 *
 * @param place  Number of the database, or id of the node.
 */
export function changeChannel(prefix: string, place: string): string {
  return `${prefix}\0inv1\0${place}`;
}
