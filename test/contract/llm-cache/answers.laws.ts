import assert from 'node:assert/strict';
import type { LlmRequest } from '../../../src/interfaces/llm-cache.js';
import { eventually } from '../../support/time/eventually.js';
import { rejectsWith } from '../expectations.js';
import { type AnswersLaw, LawProvider, law, REQUEST } from './subject.js';

const OTHERS: readonly Partial<LlmRequest>[] = [
  { provider: 'other' },
  { model: 'large' },
  { parameters: { temperature: 0.1, top: { p: 1, k: 2 } } },
  { parameters: { temperature: 0, top: { p: 1 } } },
  { messages: [{ role: 'system', content: 'hello' }] },
  {
    messages: [
      { role: 'user', content: 'hello' },
      { role: 'user', content: '' },
    ],
  },
  { tools: [] },
  { tools: undefined },
  { namespace: 'other' },
  { namespace: undefined },
  { prompt: 'hello' },
];
const NO_JSON: readonly unknown[] = [1n, Number.NaN, new Map(), () => 1, new Date(0), [undefined]];

/** Laws of answers as a whole. */
export const answerLaws: readonly AnswersLaw[] = [
  law('the whole request decides its answer, and the order of its properties does not', async (open) => {
    const { answers, twin } = await open();
    const provider = new LawProvider();
    const { value } = await answers.complete(REQUEST, provider.answer);
    const reversed = Object.fromEntries(Object.entries(REQUEST).reverse()) as unknown as LlmRequest;
    const same = { ...reversed, parameters: { top: { k: 2, p: 1 }, temperature: 0, unset: undefined } };
    assert.deepEqual(await twin.complete(same, provider.answer), { value, cached: true });
    for (const other of OTHERS) {
      const { cached } = await twin.complete({ ...REQUEST, ...other }, provider.answer);
      assert.equal(cached, false, JSON.stringify(other));
    }
    assert.equal(provider.calls, 1 + OTHERS.length);
  }),
  law('equal requests for an answer at the same time call the provider once', async (open) => {
    const { answers, twin } = await open();
    const provider = new LawProvider();
    const calls = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? answers : twin).complete(REQUEST, provider.answer),
    );
    const results = await Promise.all(calls);
    assert.equal(provider.calls, 1);
    assert.equal(results.filter(({ cached }) => !cached).length, 1);
    assert.equal(new Set(results.map(({ value }) => value.text)).size, 1);
  }),
  law('an error of the provider reaches the caller as it is, and is not kept', async (open) => {
    const { answers } = await open();
    const provider = new LawProvider();
    const failure = new RangeError('overloaded');
    await assert.rejects(
      answers.complete(REQUEST, () => Promise.reject(failure)),
      (error) => error === failure,
    );
    assert.equal((await answers.complete(REQUEST, provider.answer)).cached, false);
    assert.equal((await answers.complete(REQUEST, provider.answer)).cached, true);
  }),
  law('an answer of nothing is an answer', async (open) => {
    const { answers, twin } = await open();
    for (const nothing of [null, '', 0, false]) {
      const request = { ...REQUEST, prompt: JSON.stringify(nothing) };
      await answers.complete(request, () => nothing);
      assert.deepEqual(await twin.complete(request, () => 'other'), { value: nothing, cached: true });
    }
  }),
  law('a call without the cache asks the provider, and stores nothing', async (open) => {
    const { answers } = await open();
    const provider = new LawProvider();
    const off = { cache: false } as const;
    assert.equal((await answers.complete(REQUEST, provider.answer, off)).cached, false);
    assert.equal((await answers.complete(REQUEST, provider.answer)).cached, false);
    assert.equal((await answers.complete(REQUEST, provider.answer, off)).cached, false);
    assert.equal((await answers.complete(REQUEST, provider.answer)).value.text, 'answer 2');
    assert.equal(provider.calls, 3);
  }),
  law('a caller who leaves stops no answer that others wait for', async (open) => {
    const { answers } = await open();
    const provider = new LawProvider();
    const leaving = new AbortController();
    const left = answers.complete(REQUEST, provider.answerLater, { signal: leaving.signal });
    const stays = answers.complete(REQUEST, provider.answerLater);
    left.catch(() => undefined);
    await eventually('the provider is asked', () => provider.calls === 1);
    leaving.abort();
    await rejectsWith('E_ABORTED', 'the one who leaves', () => left);
    provider.open();
    assert.equal((await stays).value.text, 'answer 1');
    assert.deepEqual([provider.calls, provider.aborted], [1, 0]);
  }),
  law('an answer that all its callers leave is aborted, and not kept', async (open) => {
    const { answers } = await open();
    const provider = new LawProvider();
    const leaving = new AbortController();
    const left = [1, 2].map(() =>
      answers.complete(REQUEST, provider.answerLater, { signal: leaving.signal }),
    );
    for (const one of left) one.catch(() => undefined);
    await eventually('the provider is asked', () => provider.calls === 1);
    leaving.abort();
    for (const one of left) await rejectsWith('E_ABORTED', 'a caller who leaves', () => one);
    await eventually('the provider is aborted', () => provider.aborted === 1);
    assert.equal((await answers.complete(REQUEST, provider.answer)).cached, false);
  }),
  law('an answer that is longer than the store takes reaches its caller, and is not kept', async (open) => {
    const { answers } = await open({ maxValueBytes: 500 });
    const long = 'x'.repeat(1000);
    for (const call of [1, 2]) {
      const answer = await answers.complete(REQUEST, () => long);
      assert.deepEqual(answer, { value: long, cached: false }, `call ${call}`);
    }
  }),
  law('invalidation reaches what a model, a namespace or both have, and nothing else', async (open) => {
    const { answers, twin } = await open();
    const places = ['a', 'b'].flatMap((model) => ['x', 'y'].map((namespace) => ({ model, namespace })));
    const cases: readonly (readonly [object, readonly string[]])[] = [
      [{ model: 'a' }, ['ax', 'ay']],
      [{ namespace: 'y' }, ['ay', 'by']],
      [{ model: 'a', namespace: 'y' }, ['ay']],
    ];
    for (const [what, gone] of cases) {
      for (const place of places) await answers.complete({ ...REQUEST, ...place }, () => 1);
      await answers.invalidate(what);
      const missing: string[] = [];
      for (const place of places) {
        const { cached } = await twin.complete({ ...REQUEST, ...place }, () => 2);
        if (!cached) missing.push(place.model + place.namespace);
      }
      assert.deepEqual(missing, gone);
    }
    await rejectsWith('E_ARGUMENT', 'invalidate', () => answers.invalidate({}));
  }),
  law('an answer that is on its way during an invalidation answers no later call', async (open) => {
    const { answers } = await open();
    const provider = new LawProvider();
    const early = answers.complete(REQUEST, provider.answerLater);
    await eventually('the provider is asked', () => provider.calls === 1);
    await answers.invalidate({ model: REQUEST.model });
    const late = answers.complete(REQUEST, provider.answerLater);
    provider.open();
    assert.equal((await early).value.text, 'answer 1');
    assert.equal((await late).value.text, 'answer 2');
    assert.equal((await answers.complete(REQUEST, provider.answer)).value.text, 'answer 2');
  }),
  law(
    'a request that is no plain JSON is refused before the provider is asked, and not shown',
    async (open) => {
      const { answers } = await open();
      const provider = new LawProvider();
      const requests: readonly unknown[] = [
        ...NO_JSON.map((part) => ({ ...REQUEST, messages: [{ content: 'hunter2', part }] })),
        ...[null, 'hunter2', { provider: 'p', model: 'm' }, { ...REQUEST, model: 7 }],
      ];
      for (const request of requests as readonly LlmRequest[]) {
        const error = await rejectsWith('E_ARGUMENT', 'complete', () =>
          answers.complete(request, provider.answer),
        );
        assert.ok(!error.message.includes('hunter2'));
        assert.throws(() => answers.stream(request, provider.stream([])), { code: 'E_ARGUMENT' });
      }
      assert.equal(provider.calls, 0);
    },
  ),
  law('counters tell calls, hits, and the tokens and cost that hits saved', async (open) => {
    const { answers } = await open({ prices: { small: { input: 1, output: 10 } } });
    const provider = new LawProvider();
    for (let call = 0; call < 4; call += 1) await answers.complete(REQUEST, provider.answer);
    const own = { usage: () => ({ inputTokens: 1, outputTokens: 1, cost: 5 }) };
    for (let call = 0; call < 2; call += 1) {
      await answers.complete({ ...REQUEST, model: 'own' }, () => 'x', own);
    }
    const { savedCost, ...counts } = answers.stats();
    assert.deepEqual(counts, { hits: 4, misses: 2, savedInputTokens: 301, savedOutputTokens: 61 });
    assert.ok(Math.abs(savedCost - (5 + (300 * 1 + 60 * 10) / 1e6)) < 1e-9, String(savedCost));
  }),
];
