import assert from 'node:assert/strict';
import type { LlmRequest } from '../../../src/interfaces/llm-cache.js';
import { eventually } from '../../support/time/eventually.js';
import { all, rejectsWith } from '../expectations.js';
import { type AnswersLaw, type Chunk, LawProvider, law, lawOfShared, REQUEST, textOf } from './subject.js';

/** Items that are left of an iteration. */
function rest(iterator: AsyncIterator<Chunk>): Promise<Chunk[]> {
  return all({ [Symbol.asyncIterator]: () => iterator });
}

/** Laws of streams. */
export const streamLaws: readonly AnswersLaw[] = [
  law('a stream is replayed chunk by chunk', async (open) => {
    const { answers, twin } = await open();
    const provider = new LawProvider();
    const first = await all(answers.stream(REQUEST, provider.stream(['he', 'll', 'o'])));
    const replayed = await all(twin.stream(REQUEST, provider.stream(['other'])));
    assert.deepEqual(replayed, first);
    assert.deepEqual([textOf(first), first.length, provider.calls], ['hello', 4, 1]);
  }),
  law(
    'callers share a stream while it runs, each from its beginning and with chunks of its own',
    async (open) => {
      const { answers } = await open();
      const provider = new LawProvider();
      const generate = provider.stream(['a', 'b', 'c'], { waits: true });
      const first = answers.stream(REQUEST, generate)[Symbol.asyncIterator]();
      const chunk = (await first.next()).value as Chunk;
      chunk.text = 'changed';
      const others = Array.from({ length: 5 }, () =>
        answers.stream(REQUEST, generate)[Symbol.asyncIterator](),
      );
      for (const other of others) assert.equal(((await other.next()).value as Chunk).text, 'a');
      provider.open();
      for (const one of [first, ...others]) assert.equal(textOf(await rest(one)), 'bc');
      assert.equal(provider.calls, 1);
    },
  ),
  law('a reader who is slow does not hold up the others of a stream', async (open) => {
    const { answers } = await open();
    const provider = new LawProvider();
    const generate = provider.stream(Array.from({ length: 50 }, (_, index) => `${index},`));
    const slow = answers.stream(REQUEST, generate)[Symbol.asyncIterator]();
    await slow.next();
    assert.equal((await all(answers.stream(REQUEST, generate))).length, 51);
    assert.equal((await rest(slow)).length, 50);
    assert.equal(provider.calls, 1);
  }),
  law('a stream that breaks off reaches its callers as far as it came, and is not kept', async (open) => {
    const { answers } = await open();
    const provider = new LawProvider();
    const failure = new Error('cut');
    const generate = provider.stream(['a', 'b'], { end: failure, waits: true });
    const readers = [1, 2].map(async () => {
      const seen: Chunk[] = [];
      const error = await (async () => {
        for await (const chunk of answers.stream(REQUEST, generate)) seen.push(chunk);
      })().catch((reason: unknown) => reason);
      return { text: textOf(seen), error };
    });
    await eventually('the stream runs', () => provider.made === 1);
    provider.open();
    for (const reader of readers) assert.deepEqual(await reader, { text: 'ab', error: failure });
    assert.equal(textOf(await all(answers.stream(REQUEST, provider.stream(['whole'])))), 'whole');
    assert.equal(provider.calls, 2);
  }),
  law('a stream that all its callers leave is aborted, and not kept', async (open) => {
    const { answers } = await open();
    const provider = new LawProvider();
    const leaving = new AbortController();
    const generate = provider.stream(['a', 'b'], { waits: true });
    const left = all(answers.stream(REQUEST, generate, { signal: leaving.signal }));
    left.catch(() => undefined);
    for await (const _ of answers.stream(REQUEST, generate)) break;
    assert.equal(provider.aborted, 0);
    leaving.abort();
    await rejectsWith('E_ABORTED', 'the last one who leaves', () => left);
    await eventually('the provider is aborted', () => provider.aborted === 1);
    assert.equal(textOf(await all(answers.stream(REQUEST, provider.stream(['whole'])))), 'whole');
  }),
  law('a caller who leaves stops no stream that others read', async (open) => {
    const { answers } = await open();
    const provider = new LawProvider();
    const leaving = new AbortController();
    const generate = provider.stream(['a', 'b'], { waits: true });
    const left = all(answers.stream(REQUEST, generate, { signal: leaving.signal }));
    left.catch(() => undefined);
    const stays = all(answers.stream(REQUEST, generate));
    await eventually('the stream runs', () => provider.made === 1);
    leaving.abort();
    await rejectsWith('E_ABORTED', 'the one who leaves', () => left);
    provider.open();
    assert.equal(textOf(await stays), 'ab');
    assert.deepEqual([provider.calls, provider.aborted], [1, 0]);
  }),
  law('a stream above its bound goes at the pace of its caller, whole, and is not kept', async (open) => {
    const { answers } = await open({ maxStreamBytes: 200 });
    const provider = new LawProvider();
    const generate = provider.stream(Array.from({ length: 100 }, () => 'x'.repeat(20)));
    const reading = answers.stream(REQUEST, generate)[Symbol.asyncIterator]();
    await reading.next();
    const made = (): number => provider.made;
    await eventually('the source fills its bound', () => made() > 5);
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    assert.ok(made() < 20, `the source waits for its reader, after ${made()} chunks`);
    assert.equal((await rest(reading)).length, 100);
    assert.equal((await all(answers.stream(REQUEST, generate))).length, 101);
    assert.equal(provider.calls, 2);
  }),
  law('a stream above its bound is aborted when its caller leaves', async (open) => {
    const { answers } = await open({ maxStreamBytes: 50 });
    const provider = new LawProvider();
    const leaving = new AbortController();
    const generate = provider.stream(['x'.repeat(60), 'y', 'z'], { waits: true });
    const left = all(answers.stream(REQUEST, generate, { signal: leaving.signal }));
    left.catch(() => undefined);
    await eventually('the stream runs', () => provider.made === 2);
    leaving.abort();
    await rejectsWith('E_ABORTED', 'the one who leaves', () => left);
    await eventually('the provider is aborted', () => provider.aborted > 0);
  }),
  law(
    'a stream that is longer than the store takes reaches its callers whole, and is not kept',
    async (open) => {
      const { answers } = await open({ maxValueBytes: 500 });
      const provider = new LawProvider();
      const generate = provider.stream(Array.from({ length: 50 }, () => 'x'.repeat(20)));
      await eventually('the provider is asked again', async () => {
        assert.equal((await all(answers.stream(REQUEST, generate))).length, 51);
        return provider.calls === 2;
      });
    },
  ),
  law('a stream that runs during an invalidation goes on, and reaches no later caller', async (open) => {
    const { answers } = await open();
    const [old, young] = [new LawProvider(), new LawProvider()];
    const early = all(answers.stream(REQUEST, old.stream(['o', 'ld'], { waits: true })));
    await eventually('the stream runs', () => old.made === 1);
    await answers.invalidate({ model: REQUEST.model });
    const late = all(answers.stream(REQUEST, young.stream(['new'])));
    old.open();
    assert.deepEqual([textOf(await early), textOf(await late)], ['old', 'new']);
    assert.equal(textOf(await all(answers.stream(REQUEST, young.stream(['newer'])))), 'new');
  }),
  law('an answer as a whole is no stream, and a stream is no answer as a whole', async (open) => {
    const { answers } = await open();
    const provider = new LawProvider();
    await answers.complete(REQUEST, () => 'whole');
    assert.equal(textOf(await all(answers.stream(REQUEST, provider.stream(['part'])))), 'part');
    assert.equal((await answers.complete(REQUEST, () => 'other')).value, 'whole');
  }),
  law('a closed cache of answers ends the streams that run, and refuses calls', async (open) => {
    const { answers } = await open();
    const provider = new LawProvider();
    const reading = answers
      .stream(REQUEST, provider.stream(['a', 'b'], { waits: true }))
      [Symbol.asyncIterator]();
    await reading.next();
    await answers.close();
    await rejectsWith('E_DISPOSED', 'the stream', () => reading.next());
    await eventually('the provider is aborted', () => provider.aborted === 1);
    await rejectsWith('E_DISPOSED', 'complete', () => answers.complete(REQUEST, provider.answer));
    await rejectsWith('E_DISPOSED', 'invalidate', () => answers.invalidate({ model: 'small' }));
    assert.throws(() => answers.stream(REQUEST, provider.stream([])), { code: 'E_DISPOSED' });
  }),
  lawOfShared('a caller elsewhere waits for a stream that runs, and replays it', async (open) => {
    const { answers, twin } = await open();
    const provider = new LawProvider();
    const generate = provider.stream(['a', 'b'], { waits: true });
    const here = all(answers.stream(REQUEST, generate));
    await eventually('the stream runs', () => provider.made === 1);
    const there = all(twin.stream(REQUEST, generate));
    provider.open();
    assert.deepEqual(await there, await here);
    assert.equal(provider.calls, 1);
  }),
  lawOfShared('a caller elsewhere who waits for a stream that breaks off asks the provider', async (open) => {
    const { answers, twin } = await open();
    const [cut, whole] = [new LawProvider(), new LawProvider()];
    const request: LlmRequest = { ...REQUEST, prompt: 'again' };
    const here = all(answers.stream(request, cut.stream(['a', 'b'], { end: new Error('cut'), waits: true })));
    await eventually('the stream runs', () => cut.made === 1);
    const there = all(twin.stream(request, whole.stream(['whole'])));
    cut.open();
    await assert.rejects(here, { message: 'cut' });
    assert.equal(textOf(await there), 'whole');
    assert.equal(whole.calls, 1);
  }),
];
