import assert from 'node:assert/strict';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';
import { Hand, type OpenQueues, type QueueLaw, rejects, remoteLaw } from './subject.js';

const UNREACHABLE = [
  ...['E_OPERATION_TIMEOUT', 'E_CONNECTION_TIMEOUT', 'E_CONNECTION_LOST'],
  ...['E_CONNECTION_REFUSED', 'E_CIRCUIT_OPEN'],
];
/** Time within which a consumer goes on after a fault, on a machine that is busy. */
const RESUMED_MS = 3000;

async function keyOf({ servers }: OpenQueues, part: string): Promise<string> {
  const key = (await servers.keys()).find((name) => name.endsWith(`:${part}`));
  assert.ok(key !== undefined, `there is a key ${part}`);
  return key;
}

export const remoteLaws: readonly QueueLaw[] = [
  remoteLaw('a queue on a server that does not answer rejects calls in time', async (open) => {
    const { site, servers } = await open({ codec: 'text', commandTimeout: 400 });
    const producer = site.getProducer<string>('one');
    await producer.produce('a');
    const delivery = await new Hand(site.getConsumer<string>('one')).take();
    servers.freeze();
    try {
      await settlesInTime(450, 'produce', () => rejects(producer.produce('b'), ...UNREACHABLE));
      await settlesInTime(450, 'ack', () => rejects(delivery.ack(), ...UNREACHABLE));
      await settlesInTime(450, 'extend', () => rejects(delivery.extend(), ...UNREACHABLE));
      await settlesInTime(450, 'stats', () => rejects(site.getAdmin('one').stats(), ...UNREACHABLE));
    } finally {
      servers.thaw();
    }
  }),
  remoteLaw(
    'a produce that was not answered stores one message, with the repetition of its id',
    async (open) => {
      const { site, other, servers } = await open({ codec: 'text', commandTimeout: 300 });
      const producer = site.getProducer<string>('one');
      await producer.produce('before', { id: 'before' });
      servers.freeze();
      const failed = rejects(producer.produce('a', { id: 'x' }), ...UNREACHABLE);
      await failed.finally(() => servers.thaw());
      const again = async (): Promise<string> => (await producer.produce('a', { id: 'x' })).outcome;
      let outcome = '';
      await eventually('it is answered', async () => {
        outcome = await again();
        return true;
      });
      assert.match(outcome, /queued|duplicate/);
      assert.equal(await again(), 'duplicate');
      assert.equal((await other.getAdmin('one').stats()).ready, 2);
    },
  ),
  remoteLaw(
    'messages that a server handed out without our hearing of it come when it is back',
    async (open) => {
      const { site, other, servers } = await open({ codec: 'text', commandTimeout: 300, visibility: '20s' });
      const hand = new Hand(site.getConsumer<string>('one'));
      await site.getProducer<string>('one').produce('first');
      await (await hand.take()).ack();
      await other.getProducer<string>('one').produceMany(['a', 'b']);
      servers.freeze();
      const next = hand.take();
      await eventually('the request was not answered', async () => {
        await rejects(site.getAdmin('one').stats(), ...UNREACHABLE);
        return true;
      }).finally(() => servers.thaw());
      const since = performance.now();
      const { message, attempt } = await next;
      assert.deepEqual([message, attempt], ['a', 1]);
      assert.ok(performance.now() - since < RESUMED_MS);
      assert.deepEqual([(await hand.take()).message], ['b']);
    },
  ),
  remoteLaw('a consumer that ends while the server is frozen keeps no message', async (open) => {
    const { site, other, servers } = await open({ codec: 'text', commandTimeout: 300, visibility: '20s' });
    const deliveries = site.getConsumer<string>('one').consume();
    await site.getProducer<string>('one').produceMany(['first', 'a']);
    await deliveries.next();
    servers.freeze();
    const next = deliveries.next();
    await new Promise(setImmediate);
    const ending = deliveries.return?.();
    await new Promise(setImmediate);
    servers.thaw();
    await Promise.all([next, ending]);
    const delivery = await new Hand(other.getConsumer<string>('one')).take(RESUMED_MS);
    assert.deepEqual([delivery.message, delivery.attempt], ['a', 1]);
  }),
  remoteLaw(
    'a consumer goes on after its server was frozen, and after its connections were cut',
    async (open) => {
      const { site, other, servers } = await open({ codec: 'json', commandTimeout: 300 });
      const hand = new Hand(site.getConsumer<number>('one'));
      const producer = other.getProducer<number>('one');
      const produce = (message: number): Promise<void> =>
        eventually('it is produced', async () => {
          await producer.produce(message, { id: String(message) });
          return true;
        });
      await produce(0);
      await (await hand.take()).ack();
      for (let round = 1; round <= 2; round++) {
        const next = hand.take();
        servers.freeze();
        await rejects(site.getAdmin('one').stats(), ...UNREACHABLE).finally(() => servers.thaw());
        await produce(2 * round - 1);
        const since = performance.now();
        assert.equal((await next).message, 2 * round - 1);
        const cut = hand.take();
        await servers.each('CLIENT', 'KILL', 'TYPE', 'normal');
        await servers.each('CLIENT', 'KILL', 'TYPE', 'pubsub');
        await produce(2 * round);
        assert.equal((await cut).message, 2 * round);
        assert.ok(performance.now() - since < 2 * RESUMED_MS);
      }
    },
  ),
  remoteLaw(
    'a consumer goes on after the database has lost everything, or any key of the queue',
    async (open) => {
      const opened = await open({ codec: 'json' });
      const { site, other, servers } = opened;
      const hand = new Hand(site.getConsumer<number>('one'));
      const producer = other.getProducer<number>('one');
      await producer.produce(0);
      const old = await hand.take();
      const lost = hand.take();
      await servers.each('FLUSHDB');
      await producer.produce(1);
      assert.equal((await lost).message, 1);
      assert.equal(await old.ack(), false);
      const parts = [
        'ready',
        'delayed',
        'flying',
        'marks',
        'dead',
        'letters',
        'state',
        'waiting',
        'messages',
      ];
      for (const [index, part] of parts.entries()) {
        await producer.produce(100 + index, { delay: '1h' });
        const key = (await servers.keys()).find((name) => name.endsWith(`:${part}`));
        if (key !== undefined) await servers.at(key, 'DEL', key);
        const next = hand.take();
        await producer.produce(index + 2);
        const taken = [(await next).message];
        while (!taken.includes(index + 2)) taken.push((await hand.take()).message);
      }
      await servers.each('FLUSHDB');
      await producer.produceMany([10, 11, 12]);
      const ready = await keyOf(opened, 'ready');
      await servers.at(ready, 'DEL', ready);
      const found = [];
      while (found.length < 3) found.push((await hand.take()).message);
      assert.deepEqual(found, [10, 11, 12], 'messages whose place was lost');
    },
  ),
  remoteLaw('foreign entries become dead letters, and consumers go on', async (open) => {
    const opened = await open({ codec: 'json' });
    const { site, other, servers } = opened;
    const hand = new Hand(site.getConsumer<number>('one'));
    const producer = other.getProducer<number>('one');
    await producer.produce(1);
    const ready = await keyOf(opened, 'ready');
    const messages = await keyOf(opened, 'messages');
    await servers.at(ready, 'LPUSH', ready, 'garbage', '123456');
    await servers.at(messages, 'HSET', messages, '77', 'rubbish');
    await servers.at(ready, 'RPUSH', ready, '77');
    await producer.produce(2);
    assert.deepEqual([(await hand.take()).message, (await hand.take()).message], [1, 2]);
    await eventually('both are dead', async () => (await site.getAdmin('one').stats()).dead === 2);
    const payloads: string[] = [];
    for await (const { payload } of site.getAdmin('one').deadLetters())
      payloads.push(Buffer.from(payload).toString());
    assert.deepEqual(payloads.sort(), ['garbage', 'rubbish']);
  }),
  remoteLaw(
    'the messages of a consumer that has died come back when their visibility runs out',
    async (open) => {
      const { site, other, killOther } = await open({ codec: 'json', visibility: 500 });
      await site.getProducer<number>('one').produceMany([1, 2, 3]);
      await new Hand(other.getConsumer<number>('one'), { prefetch: 2 }).take();
      await eventually('it has all', async () => (await site.getAdmin('one').stats()).inFlight === 3);
      await killOther();
      const since = performance.now();
      const taken = await new Hand(site.getConsumer<number>('one')).takeMany(3);
      assert.deepEqual(
        taken.map(({ message, attempt }) => `${message} ${attempt}`),
        ['1 2', '2 2', '3 2'],
      );
      assert.ok(performance.now() - since < 500 + 1000 + 500);
    },
  ),
  remoteLaw('nothing is left of messages that were handled', async (open) => {
    const { site, other, servers } = await open({ codec: 'json', dedupeWindow: 1 });
    const producer = other.getProducer<number>('one');
    const stop = new AbortController();
    let handled = 0;
    const running = [site, other].map((at) =>
      at.getConsumer<number>('one').run(() => void handled++, { signal: stop.signal, concurrency: 8 }),
    );
    for (let round = 0; round < 5; round++) {
      const messages = Array.from({ length: 200 }, (_, index) => ({
        message: index,
        id: `${round}:${index}`,
        ...(index % 10 === 0 && { delay: 5 }),
      }));
      await producer.produceMany(messages);
    }
    await eventually('all were handled', () => handled === 1000);
    await eventually('all are settled', async () => (await site.getAdmin('one').stats()).inFlight === 0);
    stop.abort();
    await Promise.all(running);
    await eventually('the ids are forgotten', async () => !(await servers.keys()).join().includes(':id:'));
    for (const key of await servers.keys()) {
      if (/:(state|waiting)$/.test(key)) continue;
      assert.ok(Number(await servers.at(key, 'PTTL', key)) > 0, `${key} stays for ever`);
    }
  }),
  remoteLaw('a server without memory refuses messages whole, and settles those that it has', async (open) => {
    const { site, servers } = await open({ codec: 'text', maxAttempts: 1, visibility: '20s' });
    const producer = site.getProducer<string>('one');
    await producer.produceMany(['a', 'b', 'c', 'd']);
    const hand = new Hand(site.getConsumer<string>('one'));
    const [a, b] = await hand.takeMany(2);
    const delivered = hand.take();
    try {
      await servers.each('CONFIG', 'SET', 'maxmemory', '1');
      await rejects(producer.produce('e', { id: 'e' }), 'E_OPERATION_REFUSED');
      await rejects(producer.produceMany(['f', 'g']), 'E_OPERATION_REFUSED');
      assert.equal(await a?.ack(), true);
      assert.equal(await b?.nack({ reason: 'as it must' }), true);
      assert.equal(await (await delivered).ack(), true);
      const { ready, inFlight, dead } = await site.getAdmin('one').stats();
      assert.deepEqual([ready, inFlight, dead], [1, 0, 1]);
    } finally {
      await servers.each('CONFIG', 'SET', 'maxmemory', '0');
    }
    assert.equal((await producer.produce('e', { id: 'e' })).outcome, 'queued');
  }),
  remoteLaw(
    'an idle consumer sends at most two commands a second, and is woken by a message',
    async (open) => {
      const { site, other, servers } = await open({ codec: 'text' });
      const hand = new Hand(site.getConsumer<string>('one'));
      await other.getProducer<string>('one').produce('before');
      await (await hand.take()).ack();
      const next = hand.take(20_000);
      await servers.received();
      const since = performance.now();
      await eventually('two seconds have passed', () => performance.now() - since > 2000);
      const count = (await servers.received()).filter(([name]) => /^EVAL/i.test(name ?? '')).length;
      assert.ok(count <= 4, `${count} commands`);
      const sentAt = performance.now();
      await other.getProducer<string>('one').produce('a');
      await next;
      assert.ok(performance.now() - sentAt < 300, 'it looked by itself');
    },
  ),
  remoteLaw('a clock of the server that was set back keeps no message back', async (open) => {
    const opened = await open({ codec: 'text', visibility: 300 });
    const { site, servers } = opened;
    await site.getProducer<string>('one').produce('a');
    const hand = new Hand(site.getConsumer<string>('one'));
    const delivery = await hand.take();
    const state = await keyOf(opened, 'state');
    // As if the clock had shown an hour more until now.
    const flying = await keyOf(opened, 'flying');
    const now = Number(await servers.at(state, 'HGET', state, 'now')) + 3_600_000;
    await servers.at(state, 'HSET', state, 'now', String(now));
    await servers.at(flying, 'ZINCRBY', flying, '3600000', (await handleOf(opened)) ?? '');
    const again = await hand.take(RESUMED_MS);
    assert.equal(again.attempt, 2);
    assert.equal(await delivery.ack(), false);
    await again.nack({ delay: 200 });
    assert.equal((await hand.take(RESUMED_MS)).attempt, 3);
  }),
];

async function handleOf(opened: OpenQueues): Promise<string | undefined> {
  const marks = await keyOf(opened, 'marks');
  const reply = await opened.servers.at(marks, 'HKEYS', marks);
  return (reply as unknown[]).map(String)[0];
}
