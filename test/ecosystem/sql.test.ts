import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, it, onTestFinished } from 'vitest';
import { RedisMutexSite } from '../../src/coordination.js';
import { RedisConnection } from '../../src/index.js';
import { ROOT } from '../house/source-tree.js';
import { RedisServer } from '../support/redis/server/redis-server.js';
import { otherPackage } from './packages.js';

interface Database {
  run(statement: string, values?: Readonly<Record<string, unknown>>): void;
  exec(query: string): { readonly values: readonly (readonly unknown[])[] }[];
  getRowsModified(): number;
  close(): void;
}
type Sqlite = () => Promise<{ readonly Database: new () => Database }>;

/** The statement that the page on locks shows. */
const [, UPDATE = ''] =
  /`(UPDATE totals [^`]*)`/.exec(readFileSync(join(ROOT, 'docs/mutex.md'), 'utf8')) ?? [];

async function mutexes(): Promise<RedisMutexSite> {
  const server = await RedisServer.start();
  onTestFinished(() => server.stop());
  const connection = new RedisConnection({ host: server.host, port: server.port, required: true });
  onTestFinished(() => connection.close());
  await connection.start();
  const site = new RedisMutexSite({ connection });
  onTestFinished(() => site.close());
  return site;
}

describe('fences in SQL', () => {
  beforeAll(() => otherPackage('sql.js'), 180_000);

  it('the documented statement refuses the late write of a holder whose lease has ended', async () => {
    const { Database } = await (await otherPackage<Sqlite>('sql.js'))();
    const database = new Database();
    onTestFinished(() => database.close());
    database.run('CREATE TABLE totals (id TEXT PRIMARY KEY, total INTEGER NOT NULL, fence INTEGER NOT NULL)');
    database.run("INSERT INTO totals VALUES ('orders', 0, 0)");
    const add = (amount: number, fence: number): number => {
      database.run(UPDATE, { ':id': 'orders', ':n': amount, ':f': fence });
      return database.getRowsModified();
    };
    const mutex = (await mutexes()).getMutex('orders');
    const paused = await mutex.acquire({ expire: '20ms' });
    assert.ok(paused);
    assert.equal(add(1, paused.fence), 1, 'in time');
    const changed = await mutex.run((lock) => [add(10, lock.fence), add(10, lock.fence)], {
      expire: '10s',
      wait: '5s',
    });
    assert.deepEqual(changed, [1, 1], 'the later holder, twice');
    assert.equal(add(100, paused.fence), 0, 'too late');
    assert.deepEqual(database.exec('SELECT total FROM totals')[0]?.values, [[21]]);
  });
});
