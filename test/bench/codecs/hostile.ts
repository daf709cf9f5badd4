import type { ICodec } from '../../../src/interfaces/codec.js';
import { type Format, SUBJECTS, type SubjectName } from './subjects.js';
import { VALUES } from './values.js';

/** Result of a process that decoded an attacker's bytes. */
export interface Outcome {
  readonly outcome: string;
  /** Growth of the process's largest memory. */
  readonly mib: number;
  readonly ms: number;
}

type Attack = Partial<Record<Format, (codec: ICodec) => Uint8Array>>;

const hex = (text: string) => () => Buffer.from(text, 'hex');
const text = (written: string) => () => Buffer.from(written);
const nestedText = (count: number) => '['.repeat(count) + ']'.repeat(count);
const DIGITS = '9'.repeat(1_000_000);
const PROTO = Buffer.from('__proto__').toString('hex');
const IS_ADMIN = Buffer.from('isAdmin').toString('hex');

/** An attacker can write to the store, checksum included. Formats without a word for an attack are left out of it. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  'a header of 33 million items (5 bytes)': {
    MessagePack: hex('dd01ffffff'),
    devalue: text('[[-7,33554431]]'),
  },
  'a header of 2^31 bytes of text': { MessagePack: hex('db7fffffff61') },
  'a header of 2^31 bytes': { MessagePack: hex('c67fffffff00') },
  '24 000 nested headers of 65 535 items (72 KB)': { MessagePack: hex('dcffff'.repeat(24_000)) },
  '100 000 levels': {
    MessagePack: hex(`${'91'.repeat(100_000)}c0`),
    'ours, JSON': text(` ${nestedText(100_000)}`),
    JSON: text(nestedText(100_000)),
    devalue: text(`[${Array.from({ length: 100_000 }, (_, at) => `[${at + 1}]`).join()},1]`),
    superjson: text(`{"json":${nestedText(100_000)}}`),
  },
  '100 000 levels, without a tag': { 'ours, JSON': text(nestedText(100_000)) },
  'a name __proto__': {
    MessagePack: hex(`81a9${PROTO}81a7${IS_ADMIN}c3`),
    'ours, JSON': text(' {"__proto__":{"isAdmin":true}}'),
    JSON: text('{"__proto__":{"isAdmin":true}}'),
    devalue: text('[{"__proto__":1},{"isAdmin":2},true]'),
    superjson: text(
      '{"json":{"__proto__":{"isAdmin":"1"}},"meta":{"values":{"__proto__.isAdmin":["bigint"]}}}',
    ),
  },
  'a name twice': {
    MessagePack: hex('82a16101a16102'),
    'ours, JSON': text('{"a":1,"a":2}'),
    JSON: text('{"a":1,"a":2}'),
    devalue: text('[{"a":1,"a":2},1,2]'),
    superjson: text('{"json":{"a":1,"a":2}}'),
  },
  'broken UTF-8 in a short text': {
    MessagePack: hex('a3c3282e'),
    'ours, JSON': hex('22c3282e22'),
    JSON: hex('22c3282e22'),
    devalue: hex('5b22c3282e225d'),
    superjson: hex('7b226a736f6e223a22c3282e227d'),
  },
  'broken UTF-8 in a long text': { MessagePack: hex(`d9fa${'61'.repeat(249)}ff`) },
  'bytes after the value': {
    MessagePack: hex('c0c0'),
    'ours, JSON': text('null null'),
    JSON: text('null null'),
    devalue: text('[null] 1'),
    superjson: text('{"json":1} 1'),
  },
  'an integer beyond 53 bits': { MessagePack: hex('cf7fffffffffffffff') },
  'a type that does not exist': {
    MessagePack: hex('d46300'),
    'ours, JSON': text(' {"$":["Account",1]}'),
    devalue: text('[["Account",1],1]'),
    superjson: text('{"json":1,"meta":{"values":["account"]}}'),
  },
  'a bigint of a million digits': {
    'ours, JSON': text(` {"$":["bigint","${DIGITS}"]}`),
    devalue: text(`[["BigInt","${DIGITS}"]]`),
    superjson: text(`{"json":"${DIGITS}","meta":{"values":["bigint"]}}`),
  },
  'a value that holds itself': {
    MessagePack: hex('d6690000000191d67000000001'),
    devalue: text('[[0]]'),
    superjson: text('{"json":{"a":1},"meta":{"referentialEqualities":[["a"]]}}'),
  },
  '30 arrays that a walk visits 2^30 times': {
    MessagePack: hex(sharedPacked(30)),
    devalue: text(`[${Array.from({ length: 30 }, (_, at) => `[${at + 1},${at + 1}]`).join()},1]`),
    superjson: text(sharedSuperjson(30)),
  },
  'its own bytes, cut at each place': {
    MessagePack: whole,
    'ours, JSON': whole,
    devalue: whole,
    superjson: whole,
    JSON: whole,
  },
};

export const CUT = 'its own bytes, cut at each place';

/** Decodes the bytes of an attack in a separate process. */
export async function measureAttack(subject: SubjectName, name: string): Promise<Outcome | undefined> {
  const { format, open } = SUBJECTS[subject];
  const codec: ICodec = await open();
  const bytes = ATTACKS[name]?.[format]?.(codec);
  if (bytes === undefined) return undefined;
  const { maxRSS } = process.resourceUsage();
  const began = performance.now();
  const outcome = name === CUT ? cuts(codec, bytes) : outcomeOf(codec, bytes);
  const ms = performance.now() - began;
  return { outcome, mib: (process.resourceUsage().maxRSS - maxRSS) / 1024, ms };
}

function outcomeOf(codec: ICodec, bytes: Uint8Array): string {
  try {
    const value = codec.decode(bytes);
    if (({} as { isAdmin?: unknown }).isAdmin !== undefined) return 'POLLUTED';
    const isPlain =
      typeof value !== 'object' ||
      value === null ||
      Array.isArray(value) ||
      Object.getPrototypeOf(value) === Object.prototype;
    return isPlain ? 'taken' : `taken: ${value.constructor.name}`;
  } catch {
    return 'refused';
  }
}

function cuts(codec: ICodec, bytes: Uint8Array): string {
  let taken = 0;
  for (let end = 0; end < bytes.byteLength; end += 1) {
    if (outcomeOf(codec, bytes.slice(0, end)) !== 'refused') taken += 1;
  }
  return taken === 0 ? 'refused' : `taken ${taken} of ${bytes.byteLength}`;
}

function whole(codec: ICodec): Uint8Array {
  try {
    return codec.encode(VALUES.order?.());
  } catch {
    return codec.encode(VALUES.user?.());
  }
}

/** `[a, a]` of `[b, b]` and so on, by the reference extensions of msgpackr. */
function sharedPacked(count: number): string {
  let packed = '91c0';
  for (let id = 1; id <= count; id += 1) {
    const number = id.toString(16).padStart(8, '0');
    packed = `92d669${number}${packed}d670${number}`;
  }
  return packed;
}

function sharedSuperjson(count: number): string {
  const json = Array.from({ length: count }, (_, at) => (at === 0 ? [1] : [0, 0]));
  const referentialEqualities = Object.fromEntries(
    json.slice(1).map((_, at) => [String(at), [`${at + 1}.0`, `${at + 1}.1`]]),
  );
  return JSON.stringify({ json, meta: { referentialEqualities, v: 1 } });
}
