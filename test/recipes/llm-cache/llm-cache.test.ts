import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { LlmCache, type LlmCacheOptions } from '../../../src/implements/recipes/llm-cache/llm-cache.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import { ILlmCache, loadComponentSite } from '../../../src/index.js';
import type { LlmRequest } from '../../../src/interfaces/llm-cache.js';
import { all, rejectsWith } from '../../contract/expectations.js';
import { folderWith } from '../../site/folder.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { eventually } from '../../support/time/eventually.js';

const REQUEST: LlmRequest = {
  provider: 'fake',
  model: 'small',
  messages: [{ role: 'user', content: 'hello' }],
  parameters: { temperature: 0, top: { p: 1, k: 2 } },
  tools: [{ name: 'clock' }],
  namespace: 'shop',
};

/** A provider that counts its calls, and streams what the test lets pass. */
class Provider {
  calls = 0;
  aborted = 0;

  answer = async (): Promise<{ text: string; usage: object }> => {
    this.calls += 1;
    await new Promise(setImmediate);
    return { text: `answer ${this.calls}`, usage: { input_tokens: 100, output_tokens: 20 } };
  };

  /** Streams chunks; the last one has the usage. */
  stream = (chunks: readonly string[], end?: Error) => {
    const provider = this;
    return async function* ({ signal }: { signal: AbortSignal }) {
      provider.calls += 1;
      signal.addEventListener('abort', () => {
        provider.aborted += 1;
      });
      for (const text of chunks) {
        await new Promise(setImmediate);
        yield { text };
      }
      if (end !== undefined) throw end;
      yield { text: '', usage: { prompt_tokens: 10, completion_tokens: chunks.length } };
    };
  };
}

function textOf(chunks: readonly { text: string }[]): string {
  return chunks.map(({ text }) => text).join('');
}

describe('LlmCache', () => {
  let server: RedisServer;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server?.stop());
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });

  function inMemory(options: Partial<LlmCacheOptions> = {}): LlmCache {
    const cache = new TypedCache<unknown>({ store: new MemoryCache({}), namespace: 'llm' });
    const answers = new LlmCache({ cache, ...options });
    open.push(answers, cache);
    return answers;
  }

  async function inRedis(prefix: string): Promise<LlmCache> {
    const store = new RedisCache({ host: server.host, port: server.port, prefix, commandTimeout: '5s' });
    open.push(store);
    await store.start();
    await eventually('Redis answers', () => store.connected);
    const cache = new TypedCache<unknown>({ store, namespace: 'llm' });
    const answers = new LlmCache({ cache });
    open.push(answers, cache);
    return answers;
  }

  describe('keys of requests', () => {
    it('the same request in another order of properties has the same answer', async () => {
      const [answers, provider] = [inMemory(), new Provider()];
      const first = await answers.complete(REQUEST, provider.answer);
      const { provider: of, ...rest } = REQUEST;
      const again = {
        parameters: { top: { k: 2, p: 1 }, temperature: 0, unset: undefined },
        ...Object.fromEntries(
          Object.entries(rest)
            .filter(([name]) => name !== 'parameters')
            .reverse(),
        ),
        provider: of,
      } as unknown as LlmRequest;
      const second = await answers.complete(again, provider.answer);
      assert.deepEqual([first.cached, second.cached, provider.calls], [false, true, 1]);
      assert.deepEqual(second.value, first.value);
    });

    it.each([
      ['provider', { provider: 'other' }],
      ['model', { model: 'large' }],
      ['temperature', { parameters: { temperature: 0.1, top: { p: 1, k: 2 } } }],
      ['system message', { messages: [{ role: 'system', content: 'x' }, ...(REQUEST.messages ?? [])] }],
      ['role', { messages: [{ role: 'system', content: 'hello' }] }],
      ['tools', { tools: [] }],
      ['namespace', { namespace: 'other' }],
      ['prompt', { prompt: 'hello' }],
    ] as const)('a request with another %s has another answer', async (_what, change) => {
      const [answers, provider] = [inMemory(), new Provider()];
      await answers.complete(REQUEST, provider.answer);
      assert.equal((await answers.complete({ ...REQUEST, ...change }, provider.answer)).cached, false);
      assert.equal(provider.calls, 2);
    });

    it('a request that is no plain JSON is refused, and nothing of it is shown', async () => {
      const [answers, provider] = [inMemory(), new Provider()];
      const cycle: { self?: object } = {};
      cycle.self = cycle;
      for (const part of [1n, Number.NaN, new Map(), () => 1, new Date(0), cycle]) {
        const request = { ...REQUEST, messages: [{ content: 'hunter2', part }] };
        const error = await rejectsWith('E_ARGUMENT', 'complete', () =>
          answers.complete(request, provider.answer),
        );
        assert.ok(!error.message.includes('hunter2'));
        assert.throws(() => answers.stream(request, provider.stream([])), { code: 'E_ARGUMENT' });
      }
      for (const request of [
        null,
        { provider: 'p' },
        { provider: 'p', model: 'm' },
        { ...REQUEST, model: 7 },
      ]) {
        const bad = request as unknown as LlmRequest;
        await rejectsWith('E_ARGUMENT', 'complete', () => answers.complete(bad, provider.answer));
      }
      assert.equal(provider.calls, 0);
    });
  });

  describe('whole answers', () => {
    it('equal requests at the same time call the provider once', async () => {
      const [answers, provider] = [inMemory(), new Provider()];
      const results = await Promise.all(
        Array.from({ length: 50 }, () => answers.complete(REQUEST, provider.answer)),
      );
      assert.equal(provider.calls, 1);
      assert.equal(results.filter(({ cached }) => !cached).length, 1);
    });

    it('equal requests of several processes call the provider once', async () => {
      const [prefix, provider] = [keySpace(), new Provider()];
      const caches = await Promise.all([inRedis(prefix), inRedis(prefix), inRedis(prefix)]);
      const calls = caches.flatMap((answers) =>
        [1, 2, 3].map(() => answers.complete(REQUEST, provider.answer)),
      );
      const results = await Promise.all(calls);
      assert.equal(provider.calls, 1);
      assert.equal(results.filter(({ cached }) => !cached).length, 1);
      const streams = caches.map((answers) => all(answers.stream(REQUEST, provider.stream(['a', 'b']))));
      assert.deepEqual((await Promise.all(streams)).map(textOf), ['ab', 'ab', 'ab']);
      assert.equal(provider.calls, 2);
    });

    it('an error, an answer that was skipped and a call that opted out are not kept', async () => {
      const [answers, provider] = [inMemory(), new Provider()];
      const failure = new Error('overloaded');
      await assert.rejects(
        answers.complete(REQUEST, () => Promise.reject(failure)),
        { message: 'overloaded' },
      );
      await answers.complete(REQUEST, (context) => {
        context.skip();
        return provider.answer();
      });
      assert.equal((await answers.complete(REQUEST, provider.answer, { cache: false })).cached, false);
      assert.equal((await answers.complete(REQUEST, provider.answer)).cached, false);
      assert.equal(provider.calls, 3);
      assert.equal((await answers.complete(REQUEST, provider.answer, { cache: false })).cached, false);
      assert.equal(provider.calls, 4);
      assert.equal((await answers.complete(REQUEST, provider.answer)).cached, true);
    });

    it('an answer of nothing is an answer', async () => {
      const answers = inMemory();
      for (const nothing of [null, '', 0, false]) {
        const request = { ...REQUEST, prompt: String(nothing) };
        await answers.complete(request, () => nothing);
        assert.deepEqual(await answers.complete(request, () => 'other'), { value: nothing, cached: true });
      }
    });

    it('invalidation reaches the answers of a model, of a namespace or of both, and no others', async () => {
      const places = ['a', 'b'].flatMap((model) => ['x', 'y'].map((namespace) => ({ model, namespace })));
      const cases: readonly (readonly [object, readonly string[]])[] = [
        [{ model: 'a' }, ['ax', 'ay']],
        [{ namespace: 'y' }, ['ay', 'by']],
        [{ model: 'a', namespace: 'y' }, ['ay']],
      ];
      for (const [what, gone] of cases) {
        const answers = inMemory();
        for (const place of places) {
          await answers.complete({ ...REQUEST, ...place }, () => 1);
          await all(answers.stream({ ...REQUEST, ...place }, new Provider().stream(['1'])));
        }
        await answers.invalidate(what);
        const missing: string[] = [];
        for (const place of places) {
          const { cached } = await answers.complete({ ...REQUEST, ...place }, () => 2);
          const provider = new Provider();
          await all(answers.stream({ ...REQUEST, ...place }, provider.stream(['2'])));
          assert.equal(provider.calls === 0, cached);
          if (!cached) missing.push(place.model + place.namespace);
        }
        assert.deepEqual(missing, gone);
      }
      await rejectsWith('E_ARGUMENT', 'invalidate', () => inMemory().invalidate({}));
    });

    it('counters tell what was saved', async () => {
      const [answers, provider] = [inMemory({ prices: { small: { input: 1, output: 10 } } }), new Provider()];
      for (let call = 0; call < 4; call += 1) await answers.complete(REQUEST, provider.answer);
      const stream = () => all(answers.stream(REQUEST, provider.stream(['a', 'b'])));
      await stream();
      await stream();
      await answers.complete({ ...REQUEST, model: 'own' }, () => 'x', {
        usage: () => ({ inputTokens: 1, outputTokens: 1, cost: 5 }),
      });
      await answers.complete({ ...REQUEST, model: 'own' }, () => 'x');
      const { savedCost, ...counts } = answers.stats();
      assert.deepEqual(counts, { hits: 5, misses: 3, savedInputTokens: 311, savedOutputTokens: 63 });
      assert.ok(Math.abs(savedCost - (5 + (310 * 1 + 62 * 10) / 1e6)) < 1e-9, String(savedCost));
    });
  });

  describe('streams', () => {
    it('a stream is replayed chunk by chunk', async () => {
      const [answers, provider] = [inMemory(), new Provider()];
      const first = await all(answers.stream(REQUEST, provider.stream(['he', 'll', 'o'])));
      const again = await all(answers.stream(REQUEST, provider.stream(['other'])));
      assert.deepEqual(again, first);
      assert.deepEqual([textOf(again), again.length, provider.calls], ['hello', 4, 1]);
    });

    it('callers who come while a stream runs share it, and each has chunks of its own', async () => {
      const [answers, provider] = [inMemory(), new Provider()];
      const generate = provider.stream(['a', 'b', 'c', 'd']);
      const first = answers.stream(REQUEST, generate)[Symbol.asyncIterator]();
      const chunk = (await first.next()).value as { text: string };
      chunk.text = 'changed';
      const others = Array.from({ length: 20 }, () => all(answers.stream(REQUEST, generate)));
      for (const chunks of await Promise.all(others)) assert.equal(textOf(chunks), 'abcd');
      assert.equal(
        textOf(await all({ [Symbol.asyncIterator]: () => first } as AsyncIterable<{ text: string }>)),
        'bcd',
      );
      assert.equal(provider.calls, 1);
    });

    it('a stream that breaks off reaches its callers as far as it came, with the error, and is not kept', async () => {
      const [answers, provider] = [inMemory(), new Provider()];
      const seen: string[] = [];
      const reading = (async () => {
        for await (const { text } of answers.stream(REQUEST, provider.stream(['a', 'b'], new Error('cut'))))
          seen.push(text);
      })();
      await assert.rejects(reading, { message: 'cut' });
      assert.deepEqual(seen, ['a', 'b']);
      assert.equal(textOf(await all(answers.stream(REQUEST, provider.stream(['whole'])))), 'whole');
      assert.equal(provider.calls, 2);
    });

    it('a stream that all its callers leave is aborted and not kept, and one that somebody reads goes on', async () => {
      const [answers, provider] = [inMemory(), new Provider()];
      const generate = provider.stream(Array.from({ length: 50 }, (_, index) => `${index},`));
      for await (const _ of answers.stream(REQUEST, generate)) break;
      await eventually('the provider is aborted', () => provider.aborted === 1);
      const stays = all(answers.stream(REQUEST, generate));
      for await (const _ of answers.stream(REQUEST, generate)) break;
      assert.equal((await stays).length, 51);
      assert.deepEqual([provider.calls, provider.aborted], [2, 1]);
    });

    it('a caller whose signal aborts leaves, and the others read on', async () => {
      const [answers, provider] = [inMemory(), new Provider()];
      const generate = provider.stream(['a', 'b', 'c']);
      const leaving = new AbortController();
      const left = all(answers.stream(REQUEST, generate, { signal: leaving.signal }));
      const stays = all(answers.stream(REQUEST, generate));
      leaving.abort();
      await rejectsWith('E_ABORTED', 'the one that leaves', () => left);
      assert.equal(textOf(await stays), 'abc');
      assert.equal(provider.calls, 1);
    });

    it('a stream above its bound reaches its caller whole at the pace of the caller, and is not kept', async () => {
      const [answers, provider] = [inMemory({ maxStreamBytes: 200 }), new Provider()];
      let made = 0;
      async function* generate() {
        provider.calls += 1;
        for (let index = 0; index < 100; index += 1) {
          made += 1;
          yield { text: 'x'.repeat(20) };
        }
      }
      const reading = answers.stream(REQUEST, generate)[Symbol.asyncIterator]();
      await reading.next();
      await new Promise(setImmediate);
      assert.ok(made < 20, `the source waits for its reader, after ${made} chunks`);
      const other = await all(answers.stream(REQUEST, generate));
      assert.equal(other.length, 100, 'one who comes late has a stream of its own');
      const rest = await all({ [Symbol.asyncIterator]: () => reading });
      assert.equal(rest.length, 99);
      assert.equal((await all(answers.stream(REQUEST, generate))).length, 100);
      assert.equal(provider.calls, 3);
    });

    it('a cache of answers that is closed ends its streams and takes no calls', async () => {
      const [answers, provider] = [inMemory(), new Provider()];
      const reading = answers.stream(REQUEST, provider.stream(['a', 'b']))[Symbol.asyncIterator]();
      await reading.next();
      await answers.close();
      await rejectsWith('E_DISPOSED', 'complete', () => answers.complete(REQUEST, provider.answer));
      assert.throws(() => answers.stream(REQUEST, provider.stream([])), { code: 'E_DISPOSED' });
    });
  });

  describe('similar questions', () => {
    const vectors: Readonly<Record<string, readonly number[]>> = {
      hi: [1, 0],
      hey: [0.99, 0.1],
      bye: [0, 1],
    };
    const similarity = {
      embed: async ({ prompt = '' }: LlmRequest) => vectors[prompt] ?? [],
      threshold: 0.95,
    };
    const ask = (prompt: string, change: object = {}): LlmRequest => ({
      provider: 'p',
      model: 'm',
      prompt,
      ...change,
    });

    it('similar questions share an answer above the threshold, among equal models and parameters', async () => {
      const answers = inMemory({ similarity });
      await answers.complete(ask('hi'), () => 'hello');
      assert.deepEqual(await answers.complete(ask('hey'), () => 'new'), { value: 'hello', cached: true });
      assert.equal((await answers.complete(ask('bye'), () => 'new')).cached, false);
      assert.equal((await answers.complete(ask('hey', { model: 'n' }), () => 'new')).cached, false);
      assert.equal((await answers.complete(ask('hey', { namespace: 'n' }), () => 'new')).cached, false);
      await answers.invalidate({ model: 'm' });
      assert.equal((await answers.complete(ask('hey'), () => 'later')).value, 'later');
    });

    it('questions are compared exactly when nothing else is asked for, or when no vector can be made', async () => {
      const failing = { ...similarity, embed: () => Promise.reject(new Error('down')) };
      for (const answers of [inMemory(), inMemory({ similarity: failing })]) {
        await answers.complete(ask('hi'), () => 'hello');
        assert.equal((await answers.complete(ask('hey'), () => 'new')).cached, false);
        assert.equal((await answers.complete(ask('hi'), () => 'new')).cached, true);
      }
    });
  });

  it('a cache of answers is declared over a typed cache, and keeps them for a day', async () => {
    const text = `
- class: MemoryCache
  entries: [{ interface: ICache, name: Memory }]
- class: TypedCache
  entries: [{ interface: ITypedCache, name: answers }]
  store: Memory
  namespace: llm
- class: LlmCache
  entries: [{ interface: ILlmCache }]
  cache: answers
  prices: { small: { input: 0.5, output: 1.5 } }
`;
    const folder = await folderWith({ 'llm.yml': text });
    await using site = await loadComponentSite(`${folder}/llm.yml`);
    const answers = site.getComponent(ILlmCache);
    await answers.complete(REQUEST, () => 'once');
    assert.equal((await answers.complete(REQUEST, () => 'twice')).value, 'once');
  });
});
