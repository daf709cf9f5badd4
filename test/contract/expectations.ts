import assert from 'node:assert/strict';

/** Encodes a string as UTF-8. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Text of bytes; fails on `null`. */
export function text(value: Uint8Array | null | undefined): string {
  assert.ok(value, 'there is a value');
  return new TextDecoder().decode(value);
}

/** Bytes that differ from one place to the next. */
export function patterned(length: number): Uint8Array {
  // A loop, for an iteration over megabytes takes a large part of the time of some suites.
  const pattern = new Uint8Array(length);
  for (let index = 0; index < length; index++) pattern[index] = index * 131 + (index >> 8);
  return pattern;
}

/**
 * Fails unless a value is the pattern of this length, without a list of the bytes that differ: for thousands of bytes
 * Node 24 needs many seconds to write it.
 */
export function assertPatterned(value: Uint8Array | null | undefined, length: number, what: string): void {
  assert.ok(
    value && Buffer.from(patterned(length)).equals(value),
    `${what}: ${length} bytes as they were written`,
  );
}

/** Collects all items of an iteration, in order. */
export async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** Fails unless a call rejects with this code; a throw before there is a promise is a failure too. */
export async function rejectsWith(
  code: string,
  what: string,
  call: () => PromiseLike<unknown>,
): Promise<Error> {
  let promise: PromiseLike<unknown>;
  try {
    promise = call();
  } catch (error) {
    assert.fail(`${what} threw instead of rejecting: ${error}`);
  }
  let answer: unknown;
  try {
    answer = await promise;
  } catch (error) {
    assert.ok(error instanceof Error, `${what} rejected with something that is no Error`);
    assert.equal((error as { code?: unknown }).code, code, `${what} rejected with ${error.stack}`);
    return error;
  }
  assert.fail(`${what} answered ${describeAnswer(answer)} instead of rejecting with ${code}`);
}

function describeAnswer(answer: unknown): string {
  return answer instanceof Uint8Array ? `${answer.length} bytes` : JSON.stringify(answer);
}

/** Fails unless the remaining TTL is the whole TTL, less the time that a slow machine may have lost. */
export function assertRemains(remainingMs: number | null, lifeMs: number): void {
  assert.ok(remainingMs !== null, 'the entry has a remaining life');
  assert.ok(remainingMs <= lifeMs, `${remainingMs} ms remain of a life of ${lifeMs} ms`);
  assert.ok(remainingMs > lifeMs - 5000, `only ${remainingMs} ms remain of a life of ${lifeMs} ms`);
}

/** Describes a value for messages, even a value that cannot be converted to a string. */
export function shown(value: unknown): string {
  if (typeof value === 'string')
    return value.length > 40 ? `a string of ${value.length}` : JSON.stringify(value);
  if (typeof value === 'object' && value !== null)
    return `${value.constructor?.name} ${JSON.stringify(value)}`;
  return String(value);
}
