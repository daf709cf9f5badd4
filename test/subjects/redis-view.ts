import { eventually } from '../support/eventually.js';
import type { RedisForTests } from '../support/redis-for-tests.js';
import { RespClient } from '../support/resp-client.js';

/** A look at that part of a server whose names begin with a mark which nobody else uses. */
export class RedisView {
  readonly #redis: RedisForTests;
  readonly #mark: Buffer;
  readonly #planted = new Set<string>();
  #lines: string[] | undefined;
  #monitor: RespClient | undefined;

  constructor(redis: RedisForTests, mark: string) {
    this.#redis = redis;
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

  /** Commands that name one of our keys, of everybody but this view; the first look starts the watch. */
  async received(): Promise<string[][]> {
    if (this.#lines === undefined) {
      const lines: string[] = [];
      this.#lines = lines;
      this.#monitor = await RespClient.openUrl(this.#redis.url);
      await this.#monitor.monitor((line) => lines.push(line));
    }
    const end = `end-${Math.random()}`;
    await this.#redis.client.command('ECHO', end);
    const lines = this.#lines;
    await eventually('the monitor has told everything', () => lines.some((line) => line.includes(end)));
    const own = `:${this.#redis.client.localPort}] `;
    return lines
      .splice(0)
      .filter((line) => !line.includes(own) && !/^[\d.]+ \[\d+ lua\]/.test(line))
      .map(wordsOf)
      .filter((words) => words.some((word) => word.includes(this.#mark)))
      .map((words) =>
        words.map((word, index) => (index === 0 ? word.toString().toUpperCase() : word.toString())),
      );
  }

  /** Every name that begins with the mark, wherever the mark stands in it. */
  async names(): Promise<Buffer[]> {
    const names = new Map<string, Buffer>();
    let cursor = '0';
    do {
      const [next, page] = (await this.#redis.client.command('SCAN', cursor, 'COUNT', 1000)) as [
        Buffer,
        Buffer[],
      ];
      for (const name of page) if (name.includes(this.#mark)) names.set(name.toString('hex'), name);
      cursor = String(next);
    } while (cursor !== '0');
    return [...names.values()];
  }

  async stored(name: string): Promise<{ bytes: Uint8Array; remainingMs: number | null } | null> {
    const [bytes, life] = await Promise.all([
      this.#redis.client.command('GET', name),
      this.#redis.client.command('PTTL', name),
    ]);
    return bytes === null ? null : { bytes: bytes as Buffer, remainingMs: life === -1 ? null : Number(life) };
  }

  async plant(name: string, value: Uint8Array): Promise<void> {
    this.#planted.add(name);
    await this.#redis.client.command('SET', name, Buffer.from(value));
  }

  async remove(...names: readonly (string | Buffer)[]): Promise<void> {
    if (names.length > 0) await this.#redis.client.command('UNLINK', ...names);
  }

  async slot(name: Buffer): Promise<number> {
    return Number(await this.#redis.client.command('CLUSTER', 'KEYSLOT', name));
  }

  /** Nothing of ours lives for ever, but what was planted. */
  async inspect(): Promise<void> {
    const names = await this.names();
    const lives = await Promise.all(names.map((name) => this.#redis.client.command('PTTL', name)));
    const eternal = names.filter((name, index) => lives[index] === -1 && !this.#planted.has(name.toString()));
    if (eternal.length > 0) throw new Error(`without expiry: ${eternal.map(String).join(', ')}`);
  }

  /** Removes everything of ours, and looks no longer. */
  async close(): Promise<void> {
    this.#monitor?.close();
    const names = [...(await this.names()), ...this.#planted];
    // One by one, for on a cluster they lie in different slots.
    await Promise.all(names.map((name) => this.remove(name)));
  }

  async #time(): Promise<number> {
    const [seconds, micros] = (await this.#redis.client.command('TIME')) as [Buffer, Buffer];
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
