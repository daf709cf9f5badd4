import assert from 'node:assert/strict';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { describe, it } from 'vitest';
import {
  compress,
  decompress,
  isAvailable,
  SYNC_BYTES,
} from '../../../src/implements/typed-cache/wire/compression.js';
import type { CompressionAlgorithm } from '../../../src/implements/typed-cache/wire/envelope.js';

const MIB = 1024 ** 2;
const ALGORITHMS: readonly CompressionAlgorithm[] = (['gzip', 'brotli', 'zstd'] as const).filter(isAvailable);

function words(bytes: number): Uint8Array {
  return Buffer.alloc(bytes, 'the quick brown fox jumps over the lazy dog ');
}

describe.each(ALGORITHMS)('compression %s', (algorithm) => {
  it('decompress restores the payload, synchronously when small and later when large', async () => {
    for (const [bytes, later] of [
      [1000, false],
      [SYNC_BYTES, false],
      [SYNC_BYTES + 1, true],
      [3 * MIB, true],
    ] as const) {
      const given = words(bytes);
      const compressed = compress(given, algorithm);
      assert.equal(compressed instanceof Promise, later);
      const { compression, payload } = await compressed;
      assert.equal(compression, algorithm);
      assert.ok(payload.byteLength < bytes / 2);
      const decompressed = decompress({ compression, payload }, 4 * MIB);
      assert.equal(decompressed instanceof Promise, later);
      assert.deepEqual(new Uint8Array((await decompressed) ?? []), new Uint8Array(given));
    }
  });

  it('compress leaves a payload unchanged when it would not become smaller', async () => {
    for (const given of [new Uint8Array(0), Buffer.from('{"id":1}')]) {
      assert.deepEqual(await compress(given, algorithm), { compression: 'none', payload: given });
    }
  });

  it('decompress returns none for bytes that it did not compress', async () => {
    const { payload } = await compress(words(5000), algorithm);
    const broken = new Uint8Array(payload);
    broken.fill(0xff, 4, 40);
    for (const bytes of [
      new Uint8Array(0),
      words(100),
      deflateSync(words(100)),
      broken,
      payload.subarray(0, -5),
    ]) {
      assert.equal(await decompress({ compression: algorithm, payload: bytes }, MIB), undefined);
    }
    assert.equal(
      await decompress({ compression: algorithm, payload: words(SYNC_BYTES + 1) }, MIB),
      undefined,
    );
  });

  it('decompress never exceeds its limit', async () => {
    const { compression, payload } = await compress(words(2 * MIB), algorithm);
    assert.equal(await decompress({ compression, payload }, 2 * MIB - 1), undefined);
    assert.equal((await decompress({ compression, payload }, 2 * MIB))?.byteLength, 2 * MIB);
    const { payload: small } = await compress(words(2000), algorithm);
    assert.equal(await decompress({ compression, payload: small }, 1999), undefined);
  });
});

describe('decompression bombs', () => {
  const BOMB_BYTES = 100 * MIB;

  it.each<[CompressionAlgorithm, (bytes: Uint8Array) => Uint8Array]>([
    ['gzip', (bytes) => gzipSync(bytes, { level: 1 })],
    ['brotli', (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ])('a decompression bomb of %s is not decompressed', async (compression, bomb) => {
    const payload = bomb(Buffer.alloc(BOMB_BYTES));
    assert.ok(payload.byteLength < 1_000_000);
    const before = process.memoryUsage();
    assert.equal(await decompress({ compression, payload }, 8 * MIB), undefined);
    const after = process.memoryUsage();
    assert.ok(after.arrayBuffers - before.arrayBuffers < BOMB_BYTES / 4, JSON.stringify({ before, after }));
  });
});

describe('no compression', () => {
  it('a payload without compression is unchanged, and bounded too', () => {
    const payload = words(100);
    assert.deepEqual(compress(payload, 'none'), { compression: 'none', payload });
    assert.equal(decompress({ compression: 'none', payload }, 100), payload);
    assert.equal(decompress({ compression: 'none', payload }, 99), undefined);
  });

  it('an algorithm that Node lacks neither compresses nor decompresses', () => {
    const missing = 'lz4' as CompressionAlgorithm;
    const payload = words(100);
    assert.equal(isAvailable(missing), false);
    assert.deepEqual(compress(payload, missing), { compression: 'none', payload });
    assert.equal(decompress({ compression: missing, payload }, 1000), undefined);
  });
});
