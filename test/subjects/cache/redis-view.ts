import type { RespClient } from '../../support/redis/server/resp-client.js';
import type { RedisMasters } from '../../support/redis/topology/redis-masters.js';
import { eventually } from '../../support/time/eventually.js';

/** View of the part of a Redis whose names begin with a unique mark. */
export class RedisView {
  readonly #masters: RedisMasters;
  readonly #mark: Buffer;
  readonly #planted = new Set<string>();
  /** Commands that each master has received since it is watched. */
  #lines: string[][] | undefined;
  readonly #monitors: RespClient[] = [];

  constructor(masters: RedisMasters, mark: string) {
    this.#masters = masters;
    this.#mark = Buffer.from(mark);
  }

  /** Waits until the server's own clock has moved on by this much. */
  async advance(ms: number): Promise<void> {
    const start = await this.#time();
    await eventually(
      `the server's clock moves on by ${ms} ms`,
      async () => (await this.#time()) > start + ms + 1,
      { everyMs: Math.max(1, Math.min(5, ms / 4)) },
    );
  }

  /** Commands of all clients except this view that name one of our keys; the first call starts the monitor. */
  async received(): Promise<string[][]> {
    const { doors } = this.#masters;
    if (this.#lines === undefined) {
      this.#lines = doors.map(() => []);
      await Promise.all(doors.map(({ connect }, index) => this.#watch(connect, this.#lines?.[index] ?? [])));
    }
    const all = this.#lines;
    const end = `end-${Math.random()}`;
    await this.#masters.each('ECHO', end);
    const hasEnded = (): boolean => all.every((lines) => lines.some((line) => line.includes(end)));
    await eventually('the monitors have told everything', hasEnded);
    return all
      .flatMap((lines, index) => {
        const own = `:${doors[index]?.client.localPort}] `;
        return lines.splice(0).filter((line) => !line.includes(own) && !/^[\d.]+ \[\d+ lua\]/.test(line));
      })
      .map(wordsOf)
      .filter((words) => words.some((word) => word.includes(this.#mark)))
      .map((words) =>
        words.map((word, index) => (index === 0 ? word.toString().toUpperCase() : word.toString())),
      );
  }

  /** Returns all keys on the masters that contain the mark. */
  async names(): Promise<Buffer[]> {
    const names = new Map<string, Buffer>();
    for (const { client } of this.#masters.doors) {
      let cursor = '0';
      do {
        const [next, page] = (await client.command('SCAN', cursor, 'COUNT', 1000)) as [Buffer, Buffer[]];
        for (const name of page) if (name.includes(this.#mark)) names.set(name.toString('hex'), name);
        cursor = String(next);
      } while (cursor !== '0');
    }
    return [...names.values()];
  }

  async stored(name: string): Promise<{ bytes: Uint8Array; remainingMs: number | null } | null> {
    const [bytes, life] = await Promise.all([
      this.#masters.at(name, 'GET', name),
      this.#masters.at(name, 'PTTL', name),
    ]);
    return bytes === null ? null : { bytes: bytes as Buffer, remainingMs: life === -1 ? null : Number(life) };
  }

  async plant(name: string, value: Uint8Array): Promise<void> {
    this.#planted.add(name);
    await this.#masters.at(name, 'SET', name, Buffer.from(value));
  }

  async remove(...names: readonly (string | Buffer)[]): Promise<void> {
    // One by one, for on a cluster they lie in different slots.
    await Promise.all(names.map((name) => this.#masters.at(name, 'UNLINK', name)));
  }

  async slot(name: Buffer): Promise<number> {
    return Number(await this.#masters.first.client.command('CLUSTER', 'KEYSLOT', name));
  }

  /** Fails if one of our keys has no TTL, except planted ones. */
  async inspect(): Promise<void> {
    const names = await this.names();
    const lives = await Promise.all(names.map((name) => this.#masters.at(name, 'PTTL', name)));
    const eternal = names.filter((name, index) => lives[index] === -1 && !this.#planted.has(name.toString()));
    if (eternal.length > 0) throw new Error(`without expiry: ${eternal.map(String).join(', ')}`);
  }

  /** Removes all keys of the test, and stops the monitors. */
  async close(): Promise<void> {
    for (const monitor of this.#monitors) monitor.close();
    await this.remove(...(await this.names()), ...this.#planted);
  }

  async #watch(connect: () => Promise<RespClient>, lines: string[]): Promise<void> {
    const monitor = await connect();
    this.#monitors.push(monitor);
    await monitor.monitor((line) => lines.push(line));
  }

  async #time(): Promise<number> {
    const [seconds, micros] = (await this.#masters.first.client.command('TIME')) as [Buffer, Buffer];
    return Number(seconds) * 1000 + Number(micros) / 1000;
  }
}

/** The words of a line of MONITOR, which are quoted as in C. */
function wordsOf(line: string): Buffer[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, quoted = '']) => {
    const plain = quoted.replace(/\\(x[0-9a-f]{2}|.)/gi, (_, escaped: string) => {
      if (/^x../.test(escaped)) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
      return { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b' }[escaped] ?? escaped;
    });
    return Buffer.from(plain, 'latin1');
  });
}
