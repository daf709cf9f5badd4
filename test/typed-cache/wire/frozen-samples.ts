import type { Envelope } from '../../../src/implements/typed-cache/wire/envelope.js';

/** A value, and its stored bytes, which all later versions must be able to read. */
interface FrozenValue {
  readonly what: string;
  readonly value: unknown;
  readonly json: string;
  readonly msgpack: string;
}

/** Never change a line. Where a codec learns to write otherwise, add one. */
export const FROZEN_VALUES: readonly FrozenValue[] = [
  {
    what: 'plain data',
    value: { id: 1, name: 'Ada', tags: ['a', 'é'], score: -1.5, none: null, yes: true },
    json: '{"id":1,"name":"Ada","tags":["a","é"],"score":-1.5,"none":null,"yes":true}',
    msgpack:
      '86a2696401a46e616d65a3416461a47461677392a161a2c3a9a573636f7265cbbff8000000000000a46e6f6e65c0a3796573c3',
  },
  {
    what: 'numbers',
    value: [-0, Number.NaN, Infinity, -Infinity, 127, 128, 65_536, 2 ** 32, -1, -33, -129, -32_769, 1e300],
    json: ' [{"$":["-0"]},{"$":["NaN"]},{"$":["Infinity"]},{"$":["-Infinity"]},127,128,65536,4294967296,-1,-33,-129,-32769,1e+300]',
    msgpack:
      '9dcb8000000000000000cb7ff8000000000000cb7ff0000000000000cbfff00000000000007fcc80ce00010000cf0000000100000000ffd0dfd1ff7fd2ffff7fffcb7e37e43c8800759c',
  },
  {
    what: 'undefined, a bigint and dates',
    value: {
      u: undefined,
      n: -12_345_678_901_234_567_890n,
      at: new Date(1_790_000_000_000),
    },
    json: ' {"u":{"$":["undefined"]},"n":{"$":["bigint","-12345678901234567890"]},"at":{"$":["Date",1790000000000]}}',
    msgpack:
      '83a175c70000a16ec90000001605b52d3132333435363738393031323334353637383930a26174c90000000906cf000001a0c4506c00',
  },
  {
    what: 'collections',
    value: [
      new Map<unknown, unknown>([
        ['a', new Set([1, [2]])],
        [{}, new Map()],
      ]),
      new Set(),
    ],
    json: ' [{"$":["Map",["a",{"$":["Set",[1,[2]]]},{},{"$":["Map",[]]}]]},{"$":["Set",[]]}]',
    msgpack: '92c9000000150794a161c900000004089201910280c9000000010790c9000000010890',
  },
  {
    what: 'names that are special to JavaScript',
    value: [JSON.parse('{"__proto__":{"a":1},"b":2}'), { $: ['Date', 0] }, { '\ud800': '\udc00' }],
    json: ' [{"__proto__":{"a":1},"b":2},{"$":["Object",["$",["Date",0]]]},{"\\ud800":"\\udc00"}]',
    msgpack:
      '93c9000000120994a95f5f70726f746f5f5f81a16101a1620281a12492a44461746500c90000000b0992c7020c00d8c7020c00dc',
  },
  {
    what: 'a pattern and an address',
    value: [/a"\/b/giu, new URL('https://example.org/?q=1')],
    json: ' [{"$":["RegExp",["a\\"\\\\/b","giu"]]},{"$":["URL","https://example.org/?q=1"]}]',
    msgpack:
      '92c90000000b0a92a561225c2f62a3676975c9000000190bb868747470733a2f2f6578616d706c652e6f72672f3f713d31',
  },
  {
    what: 'bytes',
    value: [
      new Uint8Array([1, 2, 3]),
      Buffer.from([4]),
      new Uint8Array([5]).buffer,
      new DataView(new Uint8Array([6]).buffer),
      new Uint8ClampedArray([7]),
      new Int8Array([-8]),
    ],
    json: ' [{"$":["Uint8Array","AQID"]},{"$":["Buffer","BA=="]},{"$":["ArrayBuffer","BQ=="]},{"$":["DataView","Bg=="]},{"$":["Uint8ClampedArray","Bw=="]},{"$":["Int8Array","+A=="]}]',
    msgpack: '96c403010203c7010f04c7010d05c7010e06c7011107c70112f8',
  },
  {
    what: 'numbers in bytes',
    value: [
      new Uint16Array([258]),
      new Int16Array([-2]),
      new Uint32Array([16_909_060]),
      new Int32Array([-2]),
      new Float32Array([1.5]),
      new Float64Array([-1.5]),
      new BigUint64Array([1n]),
      new BigInt64Array([-1n]),
    ],
    json: ' [{"$":["Uint16Array","AgE="]},{"$":["Int16Array","/v8="]},{"$":["Uint32Array","BAMCAQ=="]},{"$":["Int32Array","/v///w=="]},{"$":["Float32Array","AADAPw=="]},{"$":["Float64Array","AAAAAAAA+L8="]},{"$":["BigUint64Array","AQAAAAAAAAA="]},{"$":["BigInt64Array","//////////8="]}]',
    msgpack:
      '98c702130201c70214feffc7041504030201c70416feffffffc704170000c03fc70818000000000000f8bfc708190100000000000000c7081affffffffffffffff',
  },
];

/** Envelope of a JSON value with a life of one hour. */
export const SIMPLE: Envelope = {
  kind: 'value',
  codec: 'json',
  compression: 'none',
  version: '',
  createdAtMs: 1_790_000_000_000,
  lifeMs: 3_600_000,
  graceMs: 0,
  namespaceGeneration: undefined,
  tags: [],
  payload: Buffer.from('{"id":1}'),
};
const NOTHING = Buffer.alloc(0);

const OF_AN_HOUR = '80d8c1a28c3480dddb010001';

/** Envelopes of two versions, and the bytes of both together. Never change a line. */
export const FROZEN_BUNDLE = {
  what: 'two versions, the older of which expires 45 seconds earlier',
  parts: [
    { beforeMs: 0, bytes: Buffer.from(`c11c0100${OF_AN_HOUR}32076d73677061636b81a2696401eb32dc16`, 'hex') },
    {
      beforeMs: 45_000,
      bytes: Buffer.from(`c11c0100${OF_AN_HOUR}31046a736f6e7b226964223a317d96f3adc5`, 'hex'),
    },
  ],
  hex: `c11c02020022c8df0222c11c0100${OF_AN_HOUR}32076d73677061636b81a2696401eb32dc16c11c0100${OF_AN_HOUR}31046a736f6e7b226964223a317d96f3adc560101379`,
};

/** An envelope, and its bytes since this was written down. Never change a line. */
export const FROZEN_ENVELOPES: readonly {
  readonly what: string;
  readonly envelope: Envelope;
  readonly hex: string;
}[] = [
  {
    what: 'a value of JSON that lives an hour',
    envelope: SIMPLE,
    hex: 'c11c010080d8c1a28c3480dddb010000046a736f6e7b226964223a317d63ca384a',
  },
  {
    what: 'null for a minute',
    envelope: { ...SIMPLE, kind: 'null', lifeMs: 60_000, payload: NOTHING },
    hex: 'c11c010180d8c1a28c34e0d4030000046a736f6e62185dc9',
  },
  {
    what: 'an absence for a minute',
    envelope: { ...SIMPLE, kind: 'absent', lifeMs: 60_000, payload: NOTHING },
    hex: 'c11c010280d8c1a28c34e0d4030000046a736f6e3182064d',
  },
  {
    what: 'a date of MessagePack with grace, version, namespace and tags',
    envelope: {
      ...SIMPLE,
      codec: 'msgpack',
      version: '2',
      graceMs: 86_400_000,
      namespaceGeneration: 'k3JdP0aQ',
      tags: [
        { tag: 'user:1', generation: 'Zz0_-xY1' },
        { tag: 'é', generation: 'a' },
      ],
      payload: Buffer.from('81a26174c90000000906cf000001a0c4506c00', 'hex'),
    },
    hex: 'c11c016080d8c1a28c3480dddb0180b899290132076d73677061636b086b334a64503061510206757365723a31085a7a305f2d78593102c3a9016181a26174c90000000906cf000001a0c4506c003993ffe0',
  },
  {
    what: 'a hundred letters, compressed',
    envelope: {
      ...SIMPLE,
      compression: 'gzip',
      payload: Buffer.from('1f8b0800000000000003534aa40350020025a280e166000000', 'hex'),
    },
    hex: 'c11c010480d8c1a28c3480dddb010000046a736f6e1f8b0800000000000003534aa40350020025a280e166000000ed5fd91f',
  },
  {
    what: 'the longest TTL and grace',
    envelope: { ...SIMPLE, lifeMs: 36_500 * 86_400_000, graceMs: 2 ** 53 - 1 },
    hex: 'c11c010080d8c1a28c3480e0d489e45bffffffffffffff0f00046a736f6e7b226964223a317da8ccbe71',
  },
];
