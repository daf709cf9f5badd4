import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import type { ICredentialsProvider } from '../../../src/interfaces/credentials-provider.js';
import type { CallOptions } from '../../../src/interfaces/redis-command.js';
import type { ConnectionStatus } from '../../../src/interfaces/redis-health.js';
import { eventually } from '../../support/time/eventually.js';
import { entriesOf } from '../cache/calls.js';
import { counterOf, countingCalls, everyCall } from './calls.js';
import { type ConnectionLaw, law, type OpenConnection, whileFrozen } from './subject.js';

const CALLS = 3;

/** Breaks every connection, and makes calls at the moment at which the last of them is lost. */
async function onLoss({ connection, servers }: OpenConnection, call: () => Promise<unknown>): Promise<void> {
  let calls: Promise<unknown>[] = [];
  let changes = 0;
  const forget = connection.on('status', (status: ConnectionStatus) => {
    changes++;
    if (status === 'connecting' && calls.length === 0) calls = Array.from({ length: CALLS }, call);
  });
  // Of a cluster, the first one may be back before the last one is lost; then there is another round.
  while (calls.length === 0) {
    changes = 0;
    await servers.kill();
    await eventually(
      'they are lost',
      () => changes > 0 && (calls.length > 0 || connection.status === 'ready'),
    );
  }
  forget();
  await Promise.all(calls);
}

const waiting: readonly ConnectionLaw[] = countingCalls.map((name) =>
  law(`${name} waits for a broken connection to come back, and is answered`, async (open) => {
    const opened = await open();
    const { connection, space, servers } = opened;
    await onLoss(opened, () => everyCall[name](connection, space));
    assert.equal(Number(await servers.at(counterOf(space), 'GET', counterOf(space))), CALLS);
  }),
);

const VALID_MS = 2000;
const CALLERS = 8;

/** A provider of users that are deleted when their time is over, which ends their connections. */
function tokens({ servers, space }: OpenConnection) {
  const given: { readonly name: string; readonly until: number }[] = [];
  const credentials: ICredentialsProvider = {
    getCredentials: async () => {
      const name = `${space}token${given.length}`;
      await servers.setUser(name, 'secret', '~*', '&*', '+@all');
      given.push({ name, until: performance.now() + VALID_MS });
      return { username: name, password: 'secret', validFor: VALID_MS };
    },
  };
  const expire = async (): Promise<number> => {
    const over = given.filter(({ until }) => until <= performance.now());
    for (const { name } of over) await servers.each('ACL', 'DELUSER', name);
    return over.length;
  };
  return { credentials, expire };
}

const rotation: readonly ConnectionLaw[] = [
  law('credentials are renewed before they expire, and no call is lost', async (open) => {
    const first = await open();
    const { credentials, expire } = tokens(first);
    const { connection, space } = await open({ credentials });
    let isOver = false;
    let calls = 0;
    const callers = Array.from({ length: CALLERS }, async () => {
      for (; !isOver; calls++) await everyCall.execute(connection, space);
    });
    const stop = async (): Promise<void> => {
      await eventually('several have expired', async () => (await expire()) >= 3, { withinMs: 20_000 });
      isOver = true;
    };
    await Promise.all([...callers, stop()]);
    assert.equal(Number(await first.servers.at(counterOf(space), 'GET', counterOf(space))), calls);
  }),
];

const signals: readonly ConnectionLaw[] = entriesOf(everyCall).map(([name, call]) =>
  law(`${name} leaves no listener on its signal, whether it is answered or not`, async (open) => {
    const { connection, space, servers } = await open();
    const { signal } = new AbortController();
    const options: CallOptions = { signal, timeout: 200 };
    const left = (): number => getEventListeners(signal, 'abort').length;
    await call(connection, space, { signal });
    assert.equal(left(), 0);
    const ends = await whileFrozen(servers, () =>
      Promise.allSettled([call(connection, space, options)]).then(() => left()),
    );
    assert.equal(ends, 0);
  }),
);

export const lossLaws: readonly ConnectionLaw[] = [...waiting, ...rotation, ...signals];
