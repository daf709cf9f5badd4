import assert from 'node:assert/strict';
import { eventually } from '../../support/time/eventually.js';
import { assertPatterned, patterned } from '../expectations.js';
import { blockLoop, Hand, law, type QueueLaw } from './subject.js';

export const deliveryLaws: readonly QueueLaw[] = [
  law('messages come to one consumer in the order in which they were produced', async (open) => {
    const { site, other } = await open({ codec: 'json' });
    const producer = other.getProducer<number>('one');
    const calls = Array.from({ length: 20 }, (_, index) => producer.produce(index));
    for (const { outcome } of await Promise.all(calls)) assert.equal(outcome, 'queued');
    await producer.produceMany(Array.from({ length: 20 }, (_, index) => 20 + index));
    const hand = new Hand(site.getConsumer<number>('one'), { prefetch: 7 });
    const taken = await hand.takeMany(40);
    assert.deepEqual(
      taken.map(({ message }) => message),
      Array.from({ length: 40 }, (_, index) => index),
    );
  }),
  law('a message keeps its bytes, and waits for a consumer that does not exist yet', async (open) => {
    const { site, other } = await open();
    const producer = other.getProducer('one');
    const sent = patterned(1024 * 1024);
    await producer.produce(new Uint8Array(0));
    const call = producer.produce(sent);
    sent.fill(0);
    const { id } = await call;
    const [empty, full] = await new Hand(site.getConsumer('one')).takeMany(2);
    assert.equal(empty?.message.length, 0);
    assertPatterned(full?.message, 1024 * 1024, 'the message');
    assert.equal(full?.id, id);
    full?.message.fill(0);
    await full?.nack({ delay: 0 });
    const again = await new Hand(other.getConsumer('one')).take();
    assertPatterned(again.message, 1024 * 1024, 'the message that was given back');
    assert.ok(Math.abs(again.producedAt - Date.now()) < 60_000, `${again.producedAt}`);
  }),
  law('consumers of a queue share its messages, and each message has one of them', async (open) => {
    const { site, other } = await open({ codec: 'json' });
    const stop = new AbortController();
    const seen: number[] = [];
    const run = (at: typeof site): Promise<void> =>
      at.getConsumer<number>('one').run(
        async ({ message, attempt }) => {
          seen.push(message * attempt);
          await new Promise(setImmediate);
        },
        { signal: stop.signal, concurrency: 3 },
      );
    const running = [run(site), run(other)];
    await site.getProducer<number>('one').produceMany(Array.from({ length: 100 }, (_, index) => index));
    await eventually('all were handled', () => seen.length >= 100);
    stop.abort();
    await Promise.all(running);
    assert.deepEqual(
      seen.toSorted((one, two) => one - two),
      Array.from({ length: 100 }, (_, index) => index),
    );
    assert.equal((await site.getAdmin('one').stats()).inFlight, 0);
  }),
  law(
    'a message that is not settled comes back when its visibility runs out, and not before',
    async (open) => {
      const { site, other } = await open({ codec: 'text', visibility: 400 });
      await site.getProducer<string>('one').produce('a');
      const first = await new Hand(site.getConsumer<string>('one')).take();
      const since = performance.now();
      assert.equal(first.attempt, 1);
      const again = await new Hand(other.getConsumer<string>('one')).take();
      const tookMs = performance.now() - since;
      assert.ok(tookMs >= 340, `it came back after ${tookMs} ms`);
      assert.ok(tookMs <= 1500, `it came back after ${tookMs} ms`);
      assert.deepEqual([again.message, again.attempt, again.id], ['a', 2, first.id]);
      assert.ok(first.signal.aborted);
    },
  ),
  law('a receipt is stale once another consumer has the message, and changes nothing', async (open) => {
    const { site, other } = await open({ codec: 'text', visibility: 300 });
    await site.getProducer<string>('one').produce('a');
    const old = await new Hand(site.getConsumer<string>('one')).take();
    const current = await new Hand(other.getConsumer<string>('one'), { visibility: '20s' }).take();
    assert.equal(await old.extend('1m'), false);
    assert.equal(await old.nack({ delay: 0 }), false);
    assert.equal(await old.ack(), false);
    assert.equal((await site.getAdmin('one').stats()).staleAcks, 2);
    assert.equal((await site.getAdmin('one').stats()).inFlight, 1);
    assert.equal(await current.ack(), true);
    assert.equal(await current.ack(), false);
  }),
  law('extend keeps a message, and counts no attempt', async (open) => {
    const { site, other } = await open({ codec: 'text', visibility: 700 });
    await site.getProducer<string>('one').produce('a');
    const delivery = await new Hand(site.getConsumer<string>('one')).take();
    const others: number[] = [];
    const stop = new AbortController();
    const running = other
      .getConsumer<string>('one')
      .run(({ attempt }) => void others.push(attempt), { signal: stop.signal });
    const since = performance.now();
    await eventually('two visibilities have passed', async () => {
      if (performance.now() - since < 1500) assert.equal(await delivery.extend(), true);
      return performance.now() - since >= 1500;
    });
    assert.equal(delivery.signal.aborted, false);
    assert.equal(await delivery.nack({ delay: 0 }), true);
    await eventually('the other one has it', () => others.length > 0);
    stop.abort();
    await running;
    assert.deepEqual(others, [2]);
  }),
  law('run extends the visibility of a message while its handler runs', async (open) => {
    const { site, other } = await open({ codec: 'text', visibility: 600 });
    await site.getProducer<string>('one').produce('a');
    const stop = new AbortController();
    const story: string[] = [];
    const handle = async (name: string, signal: AbortSignal): Promise<void> => {
      story.push(name);
      const since = performance.now();
      await eventually('three visibilities have passed', () => performance.now() - since > 1800);
      story.push(signal.aborted ? 'lost' : 'kept');
    };
    const running = [site, other].map((at, index) =>
      at
        .getConsumer<string>('one')
        .run(({ signal }) => handle(`by ${index}`, signal), { signal: stop.signal }),
    );
    await eventually('it was handled', () => story.length >= 2);
    await eventually('it is settled', async () => (await site.getAdmin('one').stats()).inFlight === 0);
    stop.abort();
    await Promise.all(running);
    assert.equal(story.length, 2, story.join());
    assert.equal(story[1], 'kept');
  }),
  law('a handler that runs longer than maxProcessing loses its message', async (open) => {
    const { site } = await open({ codec: 'text', visibility: 700, maxProcessing: 800 });
    await site.getProducer<string>('one').produce('a');
    const stop = new AbortController();
    const lost: boolean[] = [];
    const running = site.getConsumer<string>('one').run(
      async ({ signal, attempt }) => {
        if (attempt > 1) return;
        await eventually('it is lost', () => signal.aborted);
        lost.push(true);
      },
      { signal: stop.signal },
    );
    await eventually('it is lost', () => lost.length > 0);
    stop.abort();
    await running;
  }),
  law(
    'a consumer that was blocked finds its signal aborted in the first line, and its ack stale',
    async (open) => {
      const { site, other } = await open({ codec: 'text', visibility: 200 });
      await site.getProducer<string>('one').produce('a');
      const delivery = await new Hand(site.getConsumer<string>('one')).take();
      const { signal } = delivery;
      blockLoop(250);
      assert.ok(signal.aborted);
      assert.equal((signal.reason as { code?: string }).code, 'E_LOCK_LOST');
      const next = await new Hand(other.getConsumer<string>('one')).take();
      assert.equal(await delivery.ack(), false);
      assert.equal(await next.ack(), true);
    },
  ),
  law('a message that was given back comes after its delay, with one attempt more', async (open) => {
    const { site, other } = await open({ codec: 'text', visibility: '20s' });
    await site.getProducer<string>('one').produce('a');
    const delivery = await new Hand(site.getConsumer<string>('one')).take();
    const next = new Hand(other.getConsumer<string>('one')).take();
    const since = performance.now();
    assert.equal(await delivery.nack({ delay: 300 }), true);
    assert.equal((await next).attempt, 2);
    const tookMs = performance.now() - since;
    assert.ok(tookMs >= 298 && tookMs <= 800, `it came back after ${tookMs} ms`);
  }),
  law('the pause after a failure doubles with each attempt', async (open) => {
    const { site } = await open({ codec: 'text', backoff: 100, visibility: '20s' });
    await site.getProducer<string>('one').produce('a');
    const hand = new Hand(site.getConsumer<string>('one'));
    const pauses: number[] = [];
    for (let attempt = 1; attempt < 4; attempt++) {
      await (await hand.take()).nack();
      const since = performance.now();
      await eventually('it is ready', async () => (await site.getAdmin('one').stats()).ready === 1);
      pauses.push(performance.now() - since);
    }
    const [first = 0, , third = 0] = pauses;
    assert.ok(first >= 60 && third >= 280, pauses.join());
  }),
  law('a system clock that is set changes nothing', async (open) => {
    const { site, other } = await open({ codec: 'text', visibility: '20s' });
    const { now } = Date;
    const producer = site.getProducer<string>('one');
    try {
      Date.now = () => now() - 3_600_000;
      await producer.produce('a', { delay: 300 });
      const first = await new Hand(site.getConsumer<string>('one')).take();
      Date.now = () => now() + 3_600_000;
      assert.equal(first.signal.aborted, false);
      await first.nack({ delay: 100 });
      const next = await new Hand(other.getConsumer<string>('one')).take(2000);
      assert.equal(next.attempt, 2);
    } finally {
      Date.now = now;
    }
  }),
];
