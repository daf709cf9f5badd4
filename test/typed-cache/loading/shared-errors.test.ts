import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import { HeldLoader, outcomeOf } from '../../contract/typed-cache/loading.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';

const SECRET = 'canary-of-a-test';

class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status = 503;
  readonly code = 'E_HTTP';
  readonly url = `https://${SECRET}`;
  readonly retryable = true;
  readonly response = { body: SECRET };
}

/** Error that a waiting process gets when the load of another one fails, and everything that was written. */
async function shared(
  error: unknown,
  leaseErrors?: 'full' | 'name' | 'none',
): Promise<{ outcome: Awaited<ReturnType<typeof outcomeOf>>; written: string }> {
  const store = new MemoryCache({ loggerSite: new RecordingLoggerSite() });
  const written: Uint8Array[] = [];
  const write = store.write.bind(store);
  store.write = (key, value, ...rest) => {
    written.push(value);
    return write(key, value, ...rest);
  };
  const options = { store, namespace: 'n', lease: 'cluster', leaseErrors } as const;
  const [one, other] = [new TypedCache<string>(options), new TypedCache<string>(options)];
  const loader = new HeldLoader<string>();
  const mine = outcomeOf(one.getOrSet('k', loader.load as never));
  const call = await loader.call();
  const theirs = outcomeOf(other.getOrSet('k', async () => 'theirs'));
  await new Promise(setImmediate);
  call.reject(error);
  await mine;
  const outcome = await theirs;
  await Promise.all([one.close(), other.close()]);
  return { outcome, written: Buffer.concat(written).toString('latin1') };
}

describe('error of a load under a lease', () => {
  it('a waiting process gets class name, message and own primitive properties of the error', async () => {
    const { outcome } = await shared(new HttpError('unavailable'));
    assert.ok('error' in outcome && outcome.error instanceof Error);
    const { name, message, cause } = outcome.error;
    assert.deepEqual(
      { name, message, cause },
      { name: 'HttpError', message: 'unavailable', cause: undefined },
    );
    assert.deepEqual(
      { ...outcome.error },
      { code: 'E_HTTP', status: 503, url: `https://${SECRET}`, retryable: true },
    );
  });

  it.each([
    ['a class that sets no name', new (class NotFound extends Error {})('x'), 'NotFound'],
    ['a class below a built-in one', new (class OutOfBounds extends RangeError {})('x'), 'OutOfBounds'],
    ['a class below one that sets its name', new (class Timeout extends HttpError {})('x'), 'HttpError'],
    ['a built-in class', new RangeError('x'), 'RangeError'],
    ['a class of the platform', new DOMException('x', 'AbortError'), 'AbortError'],
    ['a class without a name', new (class extends Error {})('x'), 'Error'],
    ['an object without a class', Object.assign(Object.create(null) as object, { status: 1 }), 'Error'],
  ])('the name of an error of %s is shared as a reader would call it', async (_what, error, name) => {
    const { outcome } = await shared(error);
    assert.ok('error' in outcome && outcome.error instanceof Error);
    assert.equal(outcome.error.name, name);
  });

  it('leaseErrors: name keeps all text of the error out of the store but class name and code', async () => {
    const { outcome, written } = await shared(new HttpError(SECRET), 'name');
    assert.ok('error' in outcome && outcome.error instanceof Error);
    assert.equal(outcome.error.name, 'HttpError');
    assert.deepEqual({ ...outcome.error }, { code: 'E_HTTP', status: 503, retryable: true });
    assert.doesNotMatch(written, new RegExp(SECRET));
  });

  it('leaseErrors: none stores nothing of the error, and a waiting process loads for itself', async () => {
    const { outcome, written } = await shared(new HttpError(SECRET), 'none');
    assert.deepEqual(outcome, { value: 'theirs' });
    assert.doesNotMatch(written, new RegExp(`${SECRET}|HttpError|E_HTTP|retryable`));
  });

  it.each<[string, unknown, string]>([
    [
      'an error with a getter that throws',
      Object.defineProperty(new Error('a'), 'status', {
        get: () => {
          throw new Error(SECRET);
        },
        enumerable: true,
      }),
      'a',
    ],
    [
      'an error with a property named __proto__',
      Object.defineProperty(new Error('b'), '__proto__', { value: 'x', enumerable: true }),
      'b',
    ],
    [
      'an error with ten thousand properties',
      Object.assign(
        new Error('c'),
        Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`p${index}`, index])),
      ),
      'c',
    ],
    ['an error with a huge property', Object.assign(new Error('d'), { body: 'x'.repeat(1e7) }), 'd'],
    ['an error with a cycle', Object.assign(new Error('e'), { self: globalThis, number: Number.NaN }), 'e'],
  ])('a waiting process gets %s within bounds', async (_what, error, expected) => {
    const { outcome, written } = await shared(error);
    assert.ok('error' in outcome && outcome.error instanceof Error);
    assert.equal(outcome.error.message, expected);
    assert.ok(Object.keys(outcome.error).length <= 17);
    assert.equal(Object.getPrototypeOf(outcome.error), Error.prototype);
    assert.ok(written.length < 64 * 1024, String(written.length));
  });

  it.each(['a text', null, undefined, 7])(
    'a waiting process gets an error for %j, which a loader threw',
    async (thrown) => {
      const { outcome } = await shared(thrown);
      assert.ok('error' in outcome && outcome.error instanceof Error);
      assert.equal(outcome.error.message, String(thrown));
    },
  );
});
