import fc from 'fast-check';

/** Names that have tripped others, or mean something to a format of ours. */
const name = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'toJSON',
    'length',
    '$',
    '',
    '0',
    '\ud800',
  ),
);

/** Texts of every kind of unit, lone surrogates too. */
const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.array(fc.nat(0xffff), { maxLength: 12 }).map((units) => String.fromCharCode(...units)),
);

const bytes = fc.uint8Array({ maxLength: 40 });

const leaf: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.date({ noInvalidDate: true }),
  fc.constantFrom<unknown>(null, undefined, Number.NaN, -0, 0, '', false, [], {}, 2 ** 53, -(2 ** 63), 1e300),
  fc.constantFrom(
    127,
    128,
    255,
    256,
    65_535,
    65_536,
    2 ** 32 - 1,
    2 ** 32,
    -32,
    -33,
    -128,
    -129,
    -32_768,
    -32_769,
  ),
  fc.constantFrom<unknown>(/a+\/"/giu, new URL('https://example.org/ä?q=1#x'), -(2 ** 31), -(2 ** 31) - 1),
  bytes,
  bytes.map((some) => Buffer.from(some)),
  bytes.map((some) => new Uint8Array(some).buffer),
  bytes.map((some) => new DataView(new Uint8Array(some).buffer)),
  bytes.map((some) => new Uint8ClampedArray(some)),
  fc.int8Array({ maxLength: 9 }),
  fc.uint16Array({ maxLength: 9 }),
  fc.int16Array({ maxLength: 9 }),
  fc.uint32Array({ maxLength: 9 }),
  fc.int32Array({ maxLength: 9 }),
  fc.float32Array({ maxLength: 9 }),
  fc.float64Array({ maxLength: 9 }),
  fc.bigInt64Array({ maxLength: 9 }),
  fc.bigUint64Array({ maxLength: 9 }),
);

/** Arbitrary values that the codecs `json` and `msgpack` can represent. */
export const generatedValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    tie('array'),
    tie('record'),
    tie('map'),
    tie('set'),
  ),
  array: fc.array(tie('value'), { maxLength: 20 }),
  record: fc
    .array(fc.tuple(name, tie('value')), { maxLength: 18 })
    .map((entries) => Object.fromEntries(entries)),
  map: fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
  set: fc.array(tie('value'), { maxLength: 5 }).map((items) => new Set(items)),
})).value;

/** Arbitrary values that plain JSON can represent. */
export const plainValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    fc.constantFrom(true, false, null),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(
      fc.string({ maxLength: 6 }).filter((key) => key !== '__proto__' && key !== '$'),
      tie('value'),
      { noNullPrototype: true },
    ),
  ),
})).value;
