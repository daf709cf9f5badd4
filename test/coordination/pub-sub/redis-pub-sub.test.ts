import assert from 'node:assert/strict';
import { describe, it, onTestFinished } from 'vitest';
import { MemoryPubSub } from '../../../src/implements/coordination/pub-sub/memory-pub-sub.js';
import {
  RedisPubSub,
  type RedisPubSubOptions,
} from '../../../src/implements/coordination/pub-sub/redis/redis-pub-sub.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import type { ISubscription } from '../../../src/interfaces/redis-subscription.js';
import { bytes, rejectsWith } from '../../contract/expectations.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { redisMajor } from '../../support/redis/server/redis-version.js';
import { pubSubRules, shardedPubSubRules } from '../../support/redis/stage/least-privilege.js';
import { times } from '../../support/redis/stage/runs.js';
import { RedisClusterRig } from '../../support/redis/topology/redis-cluster.js';
import { RedisSentinelRig } from '../../support/redis/topology/redis-sentinel.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';

const TIMEOUT_MS = 500;

async function startServer(...args: string[]): Promise<RedisServer> {
  const server = await RedisServer.start({ args });
  onTestFinished(() => server.stop());
  return server;
}

function connect({ host, port }: RedisServer, login: object = {}): Promise<RedisConnection> {
  return connectTo({ host, port, ...login });
}

async function connectTo(place: object): Promise<RedisConnection> {
  const connection = new RedisConnection({
    commandTimeout: TIMEOUT_MS,
    ...place,
    loggerSite: new RecordingLoggerSite(),
  });
  onTestFinished(() => connection.close());
  await connection.start();
  await eventually('the connection is there', () => connection.status === 'ready');
  return connection;
}

function open<T = Uint8Array>(options: RedisPubSubOptions): RedisPubSub<T> {
  const pubSub = new RedisPubSub<T>({ loggerSite: new RecordingLoggerSite(), ...options });
  onTestFinished(() => pubSub.close());
  return pubSub;
}

/** The same connection, which answers for some messages that it does not send. */
function losing(connection: IRedisConnection, isLost: () => boolean): IRedisConnection {
  return new Proxy(connection, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (name !== 'execute') return member.bind(target);
      return (...args: unknown[]) => (isLost() ? Promise.resolve(1) : Reflect.apply(member, target, args));
    },
  });
}

/** Freezes a server until a call has noticed that. */
async function frozen(server: RedisServer): Promise<void> {
  const asker = await connect(server);
  server.freeze();
  await asker.execute(['PING']).catch(() => undefined);
  server.thaw();
}

const CHANNELS = Array.from({ length: 40 }, (_, index) => `c${index}`);
const CHANGES_A_ROUND = 25;

/**
 * Makes 25 changes of the subscriptions around each fault, some before it, some while it lasts, and compares what is
 * heard with a model.
 */
async function changeThroughFaults(
  connection: () => Promise<IRedisConnection>,
  rounds: number,
  fault: (round: number) => Promise<unknown>,
  sharded = false,
): Promise<void> {
  const publisher = open({ connection: await connection(), sharded });
  const pubSub = open({ connection: await connection(), sharded });
  const heard = new Map<string, Set<string>>();
  const model = new Map<string, ISubscription>();
  const change = async (channel: string): Promise<void> => {
    const known = model.get(channel);
    model.delete(channel);
    if (known !== undefined) return known.unsubscribe();
    const texts = new Set<string>();
    heard.set(channel, texts);
    const handler = ({ message }: { readonly message: Uint8Array }): void => {
      texts.add(Buffer.from(message).toString());
    };
    // During an outage new subscriptions are refused.
    await eventually(
      'it is subscribed',
      async () => {
        model.set(channel, await pubSub.subscribe({ channels: [channel] }, handler));
        return true;
      },
      { withinMs: 30_000 },
    );
  };
  for (let round = 0; round < rounds; round++) {
    // 7 and 3 are coprime to 40: each channel is changed once a round at most.
    const changed = Array.from(
      { length: CHANGES_A_ROUND },
      (_, at) => CHANNELS[(round * 7 + at * 3) % 40] ?? '',
    );
    await Promise.all(changed.slice(0, 10).map(change));
    const faulty = fault(round);
    const during = Promise.all(changed.slice(10).map(change));
    await faulty;
    await during;
    const text = `round ${round}`;
    await eventually(
      'every subscription of the model hears',
      async () => {
        for (const channel of CHANNELS) await publisher.publish(channel, bytes(text));
        return [...model.keys()].every((channel) => heard.get(channel)?.has(text));
      },
      { withinMs: 30_000 },
    );
    for (const channel of CHANNELS) {
      if (!model.has(channel)) assert.ok(!heard.get(channel)?.has(text), 'no other subscription hears');
    }
  }
}

describe('RedisPubSub', () => {
  it('the subscriptions of a RedisPubSub are those of a model after many changes and kills', {
    timeout: 120_000,
  }, async () => {
    const server = await startServer();
    await changeThroughFaults(
      () => connect(server),
      times(3, 20),
      (round) =>
        round % 3 === 0
          ? server.restart()
          : round % 3 === 1
            ? server.cli('CLIENT', 'KILL', 'TYPE', 'pubsub')
            : frozen(server),
    );
  });

  it('the subscriptions of a RedisPubSub are those of a model after failovers', {
    timeout: 120_000,
  }, async () => {
    const rig = await RedisSentinelRig.start({ replicas: 1 });
    onTestFinished(() => rig.stop());
    const place = { sentinels: rig.addresses, name: rig.name };
    await changeThroughFaults(
      () => connectTo(place),
      times(1, 5),
      async () => {
        const former = await rig.master();
        await former.kill();
        await rig.masterAfter(former);
        await rig.restart(former);
      },
    );
  });

  if (redisMajor() >= 7)
    it('the subscriptions of a sharded RedisPubSub are those of a model while slots move and links break', {
      timeout: 120_000,
    }, async () => {
      const rig = await RedisClusterRig.start();
      onTestFinished(() => rig.stop());
      const move = async (channel: string): Promise<void> => {
        const slot = await rig.slotOf(channel);
        const from = await rig.masterOf(slot);
        const to = (await rig.masters()).find((each) => each !== from);
        if (to !== undefined) await rig.moveSlots(from, to, [slot]);
      };
      const breakLinks = (): Promise<unknown> =>
        Promise.all(rig.nodes.map((node) => node.cli('CLIENT', 'KILL', 'TYPE', 'pubsub')));
      await changeThroughFaults(
        () => connectTo({ nodes: rig.addresses.slice(0, 1) }),
        times(3, 20),
        async (round) => {
          for (const channel of CHANNELS.slice(0, 10)) await move(channel);
          if (round % 2 === 1) await breakLinks();
          for (const channel of CHANNELS.slice(5, 15)) await move(channel);
        },
        true,
      );
    });

  it('a message that overruns the output buffer of the server costs a gap that is told, and the link returns', async () => {
    const server = await startServer('--client-output-buffer-limit', 'pubsub 100kb 50kb 1');
    const connection = await connect(server);
    const pubSub = open({ connection });
    const story: string[] = [];
    await pubSub.subscribe({ channels: ['c'] }, ({ message }) => void story.push(`${message.length} bytes`), {
      onGap: () => story.push('gap'),
    });
    await pubSub.publish('c', new Uint8Array(5_000_000));
    await eventually('the loss is told', () => story.includes('gap'));
    await pubSub.publish('c', bytes('x'));
    await eventually('the next message arrives', () => story.includes('1 bytes'));
    assert.deepEqual(story, ['gap', '1 bytes']);
  });

  it('a sequenced subscription tells messages that no link has lost, and no others', async () => {
    const server = await startServer();
    const connection = await connect(server);
    let isLost = false;
    const sequenced = true;
    const publisher = open({ connection: losing(connection, () => isLost), sequenced });
    const subscriber = open({ connection, sequenced });
    const story: string[] = [];
    await subscriber.subscribe(
      { pattern: '*' },
      ({ channel, message }) => {
        story.push(`${channel} ${Buffer.from(message)}`);
      },
      {
        onGap: ({ lostMs }) => {
          assert.ok(lostMs >= 0);
          story.push('gap');
        },
        onMalformed: () => story.push('malformed'),
      },
    );
    await publisher.publish('a', bytes('1'));
    await publisher.publish('b', bytes('1'));
    isLost = true;
    await publisher.publish('a', bytes('2'));
    isLost = false;
    await publisher.publish('b', bytes('2'));
    await publisher.publish('a', bytes('3'));
    await publisher.publish('a', bytes('4'));
    await server.cli('PUBLISH', 'a', 'without a number');
    await eventually('all have arrived', () => story.includes('malformed'));
    assert.deepEqual(
      story.filter((each) => each.startsWith('b')),
      ['b 1', 'b 2'],
    );
    assert.deepEqual(
      story.filter((each) => !each.startsWith('b')),
      ['a 1', 'gap', 'a 3', 'a 4', 'malformed'],
    );
  });

  it('publish and subscribe reject in time while the server is frozen or gone', async () => {
    const server = await startServer();
    const pubSub = open({ connection: await connect(server) });
    const ignore = (): void => undefined;
    server.freeze();
    for (const call of [
      () => pubSub.publish('c', bytes('x')),
      () => pubSub.subscribe({ channels: ['c', 'd'] }, ignore),
    ]) {
      const failure = call().then(
        () => assert.fail('it answered'),
        (error: Error) => error.name,
      );
      const name = await settlesInTime(TIMEOUT_MS + 50, 'a call', () => failure);
      assert.match(name, /^(?:Connection|Operation)Error$/);
    }
    server.thaw();
    await server.kill();
    const failure = pubSub.publish('c', bytes('x')).then(
      () => assert.fail('it answered'),
      (error: Error) => error.name,
    );
    assert.match(
      await settlesInTime(TIMEOUT_MS + 50, 'a call', () => failure),
      /^(?:Connection|Operation)Error$/,
    );
  });

  it('the documented access rules of publish/subscribe suffice for channels below a prefix', async () => {
    const server = await startServer();
    const rules = pubSubRules('app:').split(' ');
    await server.cli('ACL', 'SETUSER', 'app', 'reset', 'on', '>secret', ...rules);
    const connection = await connect(server, { username: 'app', password: 'secret' });
    const pubSub = open({ connection, prefix: 'app:' });
    const heard: string[] = [];
    const subscription = await pubSub.subscribe({ channels: ['a', 'b'] }, ({ channel }) => {
      heard.push(channel);
    });
    // A pattern may only be subscribed to where the rules name that very pattern.
    await pubSub.subscribe({ pattern: '*' }, ({ channel }) => void heard.push(`*${channel}`));
    await pubSub.publish('b', bytes('x'));
    await eventually('both hear', () => heard.length === 2);
    assert.deepEqual(heard.sort(), ['*b', 'b']);
    await subscription.unsubscribe();
    await assert.rejects(open({ connection }).publish('b', bytes('x')), { reason: 'NOPERM' });
  });

  if (redisMajor() >= 7)
    it('a sharded RedisPubSub does with its documented access rules, and refuses a pattern', async () => {
      const server = await startServer();
      const rules = shardedPubSubRules('app:').split(' ');
      await server.cli('ACL', 'SETUSER', 'app', 'reset', 'on', '>secret', ...rules);
      const connection = await connect(server, { username: 'app', password: 'secret' });
      const pubSub = open({ connection, prefix: 'app:', sharded: true });
      const heard: string[] = [];
      const handler = ({ channel }: { readonly channel: string }): void => void heard.push(channel);
      const subscription = await pubSub.subscribe({ channels: ['a', 'b'] }, handler);
      assert.equal(await pubSub.publish('b', bytes('x')), 1);
      await eventually('it is heard', () => heard.length === 1);
      await rejectsWith('E_ARGUMENT', 'subscribe', () => pubSub.subscribe({ pattern: '*' }, handler));
      await subscription.unsubscribe();
      assert.equal(await server.text('ACL', 'LOG'), '');
    });

  it('a subscription that fails for one of its channels leaves none of them', async () => {
    const server = await startServer();
    const rules = ['resetchannels', '&a', '&b', '+@all'];
    await server.cli('ACL', 'SETUSER', 'app', 'reset', 'on', '>secret', ...rules);
    const pubSub = open({ connection: await connect(server, { username: 'app', password: 'secret' }) });
    const handler = (): void => assert.fail('it was called');
    await rejectsWith('E_OPERATION_REFUSED', 'subscribe', () =>
      pubSub.subscribe({ channels: ['a', 'refused', 'b'] }, handler),
    );
    await eventually('nobody listens', async () => (await server.cli('PUBLISH', 'a', 'x')) === 0);
  });
});

describe('codec of publish/subscribe', () => {
  it('a name that is no codec, and an object that is none, are ArgumentErrors', () => {
    for (const codec of ['msgpack', 'toString', {}, 1] as unknown as 'json'[]) {
      assert.throws(() => new MemoryPubSub({ codec }), { code: 'E_ARGUMENT' });
    }
  });
});
