import {
  isPlainArray,
  isPlainObject,
  ownNames,
  ownSymbols,
} from '../../../src/implements/foundation/codecs/values/plain-object.js';
import {
  isOfBytes,
  SPECIAL_NAMES,
  specialFrom,
  specialOf,
} from '../../../src/implements/foundation/codecs/values/special-value.js';
import type { ICodec } from '../../../src/interfaces/codec.js';

const MAX_DEPTH = 512;
/** Bound on a single header; the library has none that counts all headers together. */
const MAX_ITEMS = 2 ** 20;
const NOTHING = new Uint8Array(0);

/** A library that writes and reads MessagePack, once it knows what extensions mean. */
export interface Engine {
  encode(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
  /** Something that is written as an extension. */
  extension(type: number, content: Uint8Array): unknown;
}

/** Returns the value that an extension represents. */
type Unpack = (content: Uint8Array, type: number) => unknown;

/**
 * Our codec `msgpack` with a library in place of our reader and writer: the shortest code that we found which reads
 * every byte that is stored today, and refuses or keeps each value.
 */
export function bridged(engineOf: (unpack: Unpack) => Engine): ICodec {
  const engine: Engine = engineOf((content, type) => {
    const name = SPECIAL_NAMES[type];
    if (name === undefined) throw new Error('an extension that is not ours');
    if (isOfBytes(name)) return specialFrom(name, content);
    return specialFrom(name, content.byteLength === 0 ? null : engine.decode(content));
  });
  const extension = (name: string, content: Uint8Array) =>
    engine.extension(SPECIAL_NAMES.indexOf(name as never), content);

  /**
   * Returns the value itself, or a copy with extensions in place of the parts that the library would drop or change.
   */
  function form(value: unknown, levels: number): unknown {
    if (typeof value === 'string') {
      return value.isWellFormed() ? value : extension('String', Buffer.from(value, 'utf16le'));
    }
    if (typeof value === 'number') return Object.is(value, -0) ? extension('-0', NOTHING) : value;
    if (typeof value === 'boolean' || value === null) return value;
    if (typeof value !== 'object') return special(value, levels);
    if (levels === 0) throw new Error('nested too deeply');
    if (Array.isArray(value)) return list(value, levels - 1);
    return isPlainObject(value) ? record(value, levels - 1) : special(value, levels - 1);
  }

  function list(value: readonly unknown[], levels: number): readonly unknown[] {
    if (!isPlainArray(value)) throw new Error('an instance of a class');
    let copy: unknown[] | undefined;
    for (let index = 0; index < value.length; index += 1) {
      const item = value[index];
      if (item === undefined && !Object.hasOwn(value, index)) throw new Error('a hole');
      const formed = form(item, levels);
      if (formed !== item) copy ??= [...value];
      if (copy !== undefined) copy[index] = formed;
    }
    if (ownNames(value)) throw new Error('an array with named properties');
    return copy ?? value;
  }

  function record(value: object, levels: number): unknown {
    if (ownSymbols(value)) throw new Error('a symbol as a name');
    let copy: Record<string, unknown> | undefined;
    for (const name of Object.keys(value)) {
      if (name === '__proto__' || !name.isWellFormed()) {
        return nested('Object', Object.entries(value).flat(1), levels);
      }
      const item = (value as Record<string, unknown>)[name];
      const formed = form(item, levels);
      if (formed !== item) copy ??= { ...value };
      if (copy !== undefined) copy[name] = formed;
    }
    return copy ?? value;
  }

  function special(value: unknown, levels: number): unknown {
    const found = specialOf(value);
    if (found === undefined) throw new Error('a value that no format keeps');
    const { name, content } = found;
    if (name === 'Uint8Array' || (typeof value === 'number' && name !== '-0')) return value;
    if (content === null) return extension(name, NOTHING);
    return content instanceof Uint8Array ? extension(name, content) : nested(name, content, levels);
  }

  function nested(name: string, content: unknown, levels: number): unknown {
    const formed = Array.isArray(content) ? list(content, levels) : form(content, levels);
    return extension(name, engine.encode(formed));
  }

  return {
    id: 'bench',
    encode: (value) => engine.encode(form(value, MAX_DEPTH)),
    // Libraries return views of their input; a copy makes the value independent of the bytes.
    decode: (bytes) => engine.decode(new Uint8Array(bytes)),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: their types are not installed with ours.
type Library = any;

/** `@msgpack/msgpack`, with the limits that it offers: for each header, not for all headers together. */
export function msgpackEngine({ Encoder, Decoder, ExtData }: Library): (unpack: Unpack) => Engine {
  return (unpack) => {
    const extensionCodec = {
      tryToEncode: (value: unknown) => (value instanceof ExtData ? value : null),
      decode: unpack,
    };
    const encoder = new Encoder({ extensionCodec, maxDepth: MAX_DEPTH + 1 });
    const decoder = new Decoder({
      extensionCodec,
      maxArrayLength: MAX_ITEMS,
      maxMapLength: MAX_ITEMS,
      mapKeyConverter(name: unknown) {
        if (typeof name !== 'string') throw new Error('a name that is no text');
        return name;
      },
    });
    return {
      encode: (value) => encoder.encode(value),
      decode: (bytes) => decoder.decode(bytes),
      extension: (type, content) => new ExtData(type, content),
    };
  };
}

/** `msgpackr`, whose extensions are those of the whole process: the types of an application would be replaced. */
export function msgpackrEngine({ Packr, addExtension }: Library): (unpack: Unpack) => Engine {
  return (unpack) => {
    const classes = SPECIAL_NAMES.map((_, type) => {
      class Extension {
        constructor(readonly content: Uint8Array) {}
      }
      // Type 0 cannot be registered; it is `undefined` to the library too.
      if (type > 0)
        addExtension({
          Class: Extension,
          type,
          pack: ({ content }: Extension) => content,
          unpack: (content: Uint8Array) => unpack(content, type),
        });
      return Extension;
    });
    const packr = new Packr({ useRecords: false, structuredClone: false, int64AsType: 'auto' });
    return {
      encode: (value) => packr.pack(value),
      decode: (bytes) => packr.unpack(bytes),
      extension: (type, content) =>
        type === 0 ? undefined : new (classes[type] as (typeof classes)[number])(content),
    };
  };
}
