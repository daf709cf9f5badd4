import { CODECS } from '../../../src/implements/foundation/codecs/codecs.js';
import { bufferOf, utf8Text } from '../../../src/implements/foundation/codecs/values/utf8.js';
import type { ICodec } from '../../../src/interfaces/codec.js';
import { bridged, msgpackEngine, msgpackrEngine } from './bridge.js';

/** Bytes of one subject mean nothing to a subject of another format. */
export type Format = 'ours, JSON' | 'JSON' | 'devalue' | 'superjson' | 'MessagePack';

interface Subject {
  readonly format: Format;
  open(): Promise<ICodec>;
}

// biome-ignore lint/suspicious/noExplicitAny: their types are not installed with ours.
const load = (module: string): Promise<any> => import(module);

/** Every subject, configured as its documentation recommends for values of many types. */
export const SUBJECTS = {
  'ours, json': { format: 'ours, JSON', open: async () => ({ ...CODECS.json }) },
  'ours, msgpack': { format: 'MessagePack', open: async () => ({ ...CODECS.msgpack }) },
  'JSON.stringify': { format: 'JSON', open: async () => ofText(JSON.stringify, JSON.parse) },
  devalue: {
    format: 'devalue',
    async open() {
      const { stringify, parse } = await load('devalue');
      return ofText(stringify, parse);
    },
  },
  superjson: {
    format: 'superjson',
    async open() {
      const { stringify, parse } = (await load('superjson')).default;
      return ofText(stringify, parse);
    },
  },
  msgpackr: {
    format: 'MessagePack',
    async open() {
      const { Packr, isNativeAccelerationEnabled } = await load('msgpackr');
      if (isNativeAccelerationEnabled) throw new Error('expected msgpackr without its native addon');
      const packr = new Packr({ structuredClone: true });
      return ofBytes(
        (value) => packr.pack(value),
        (bytes) => packr.unpack(bytes),
      );
    },
  },
  'msgpackr, maps': {
    format: 'MessagePack',
    async open() {
      const { Packr } = await load('msgpackr');
      const packr = new Packr({ useRecords: false, moreTypes: true });
      return ofBytes(
        (value) => packr.pack(value),
        (bytes) => packr.unpack(bytes),
      );
    },
  },
  '@msgpack': {
    format: 'MessagePack',
    async open() {
      const { Encoder, Decoder } = await load('@msgpack/msgpack');
      const encoder = new Encoder();
      const decoder = new Decoder();
      return ofBytes(
        (value) => encoder.encode(value),
        (bytes) => decoder.decode(bytes),
      );
    },
  },
  /** These two read the bytes of our codec, and keep its promises as far as the libraries allow. */
  'msgpackr, bridged': {
    format: 'MessagePack',
    open: async () => bridged(msgpackrEngine(await load('msgpackr'))),
  },
  '@msgpack, bridged': {
    format: 'MessagePack',
    open: async () => bridged(msgpackEngine(await load('@msgpack/msgpack'))),
  },
} as const satisfies Record<string, Subject>;

export type SubjectName = keyof typeof SUBJECTS;
export const NAMES = Object.keys(SUBJECTS) as SubjectName[];

function ofText(stringify: (value: unknown) => string, parse: (text: string) => unknown): ICodec {
  return ofBytes(
    (value) => Buffer.from(stringify(value)),
    (bytes) => parse(utf8Text(bufferOf(bytes), 0, bytes.byteLength)),
  );
}

function ofBytes(encode: (value: unknown) => Uint8Array, decode: (bytes: Uint8Array) => unknown): ICodec {
  return { id: 'bench', encode, decode };
}
