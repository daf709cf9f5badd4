import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, it } from 'vitest';
import { outcomeOf } from '../../contract/typed-cache/loading.js';
import { turns } from '../../contract/typed-cache/passing.js';
import { World } from '../world.js';

/** A signal as another library may have it. */
class ForeignSignal {
  aborted = false;
  readonly reason = new Error('by a foreign signal');
  readonly #calls = new Set<() => void>();

  addEventListener(_event: string, call: () => void): void {
    this.#calls.add(call);
  }

  abort(): void {
    this.aborted = true;
    for (const call of [...this.#calls]) call();
  }
}

const never = () => new Promise<string>(() => undefined);

describe('signals of calls', () => {
  it('a call takes the signal of any library, and ends when it aborts', async () => {
    const cache = new World().cache();
    const verbs = [
      (signal: AbortSignal) => cache.getOrSet('k', never, { signal }),
      (signal: AbortSignal) => cache.getOrSet('l', never, { signal, expire: '1h' }),
    ];
    for (const verb of verbs) {
      const signal = new ForeignSignal();
      const call = outcomeOf(verb(signal as unknown as AbortSignal));
      await turns();
      signal.abort();
      const outcome = await call;
      assert.ok('error' in outcome);
      assert.equal((outcome.error as { code?: unknown }).code, 'E_ABORTED');
      assert.equal((outcome.error as Error).cause, signal.reason);
      await assert.rejects(verb(signal as unknown as AbortSignal), { code: 'E_ABORTED' });
    }
  });

  it('fifty calls leave one listener on their common signal while they last, and none afterwards', async () => {
    const cache = new World().cache();
    const { signal } = new AbortController();
    let finish = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const calls = Array.from({ length: 50 }, (_, index) =>
      cache.getOrSet(
        `k${index % 25}`,
        async () => {
          await held;
          return 'v';
        },
        { signal },
      ),
    );
    await turns();
    assert.equal(getEventListeners(signal, 'abort').length, 1);
    finish();
    await Promise.all(calls);
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('a call refuses what is no signal', async () => {
    const cache = new World().cache();
    for (const signal of [5, {}, { aborted: false }, 'abort']) {
      await assert.rejects(cache.getOrSet('k', never, { signal: signal as never }), { code: 'E_ARGUMENT' });
    }
  });
});
