import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isFree, releasePort, reservePort } from '../../network/free-port.js';
import { eventually } from '../../time/eventually.js';
import { findRedisServer } from './find-redis.js';
import { rememberProcess } from './process-ledger.js';
import { addPadding, paddingOf } from './redis-padding.js';
import { type RedisServerOptions, redisArguments } from './redis-server-options.js';
import { redisMajor } from './redis-version.js';
import { RespClient, type RespReply } from './resp-client.js';

export type { RedisServerOptions } from './redis-server-options.js';

/** A real `redis-server` on a free port of the loopback, in a temporary folder, without persistence. */
export class RedisServer {
  readonly host = '127.0.0.1';
  #process: ChildProcess | undefined;
  #inspector: Promise<RespClient> | undefined;
  #output = '';
  #frozen = false;
  #password: string | undefined;
  #lives = 0;

  private constructor(
    readonly port: number,
    readonly folder: string,
    readonly options: RedisServerOptions,
  ) {
    this.#password = options.password;
  }

  /** Starts a server, and waits until it answers. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const folder = mkdtempSync(join(tmpdir(), 'inversify-cache-redis-'));
    const server = new RedisServer(await reservePort(), folder, options);
    try {
      await server.#launchAtItsPort();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** `redis://…`, with the password if there is one. */
  get url(): string {
    const credentials = this.#password === undefined ? '' : `:${encodeURIComponent(this.#password)}@`;
    return `${this.options.tls ? 'rediss' : 'redis'}://${credentials}${this.host}:${this.port}`;
  }

  /** Path of its Unix socket, if it has one. */
  get path(): string {
    return join(this.folder, 'redis.sock');
  }

  /** File that the server saves, and loads when it starts. */
  get dataFile(): string {
    return join(this.folder, `dump-${this.#lives}.rdb`);
  }

  /** `undefined` while it does not run. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** It runs, and is not frozen. */
  get isAlive(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null && !this.#frozen;
  }

  /** Runs a command on a dedicated connection, which is reopened when it is lost. */
  async cli(...words: readonly (string | number | Buffer)[]): Promise<RespReply> {
    return (await this.#inspecting()).command(...words);
  }

  /** Runs a command with a text reply. */
  async text(...words: readonly (string | number | Buffer)[]): Promise<string> {
    return String(await this.cli(...words));
  }

  /** Opens a connection of the caller's own. */
  connect(): Promise<RespClient> {
    const { login, tls } = this.options;
    return RespClient.open({
      host: this.host,
      port: this.port,
      ...(login ?? (this.#password !== undefined && { password: this.#password })),
      // The certificate may be invalid on purpose; the server is still our own.
      ...(tls && { tls: { ...readPair(tls), rejectUnauthorized: false } }),
    });
  }

  /** Opens a connection that the server has answered: until then, it may still count one that has been closed. */
  async answering(): Promise<RespClient> {
    let client: RespClient | undefined;
    await eventually('a connection is answered', async () => {
      client?.close();
      client = await this.connect();
      return String(await client.command('PING')) === 'PONG';
    });
    return client as RespClient;
  }

  /** Changes a setting of the running server, such as `maxclients`; a restart forgets it. */
  async configure(name: string, value: string | number): Promise<void> {
    await this.cli('CONFIG', 'SET', name, value);
  }

  /** Gives the default user another password. Those who are logged in stay so. */
  async setPassword(password: string): Promise<void> {
    await this.configure('requirepass', password);
    this.#password = password;
  }

  /** Resets a user to these rules only. Logged-in clients stay, with the new rights. */
  async setUser(name: string, ...rules: readonly string[]): Promise<void> {
    await this.cli('ACL', 'SETUSER', name, 'reset', ...rules);
  }

  /** Ends the connections of a user, except the test's own; returns their number. */
  async dropConnections(user = 'default'): Promise<number> {
    return Number(await this.cli('CLIENT', 'KILL', 'USER', user, 'SKIPME', 'yes'));
  }

  /** Kills the process, as a crash does. The port stays reserved for `restart`. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Writes its data to disk, for `restart({ keepsData: true })`. */
  async save(): Promise<void> {
    await this.cli('SAVE');
  }

  /** Restarts the server on the same port: empty, or with the data of `save`; `args` apply to this start only. */
  async restart({ keepsData = false, args = [] as readonly string[] } = {}): Promise<void> {
    await this.#end('SIGKILL');
    if (!keepsData) {
      rmSync(this.dataFile, { recursive: true, force: true });
      // A saving child outlives its server for a moment, and must not leave its data to the next one.
      this.#lives += 1;
    }
    await this.#launchAtItsPort(args);
  }

  /**
   * Restarts the server with its data, and keeps it in the state LOADING: it accepts connections, and refuses
   * commands.
   *
   * @returns Function that ends the loading, and waits until commands are accepted; otherwise it takes half a minute.
   */
  async restartLoading(): Promise<() => Promise<void>> {
    const padding = paddingOf(redisMajor());
    const keys = await addPadding(this, padding);
    await this.save();
    await this.#end('SIGKILL');
    // The server serves its clients between two pieces of its data.
    await this.#launch(padding.args, (message) => message.startsWith('LOADING'));
    return async () => {
      if (redisMajor() < 7) {
        // Redis 6.2 changes no setting while it loads.
        await this.#end('SIGKILL');
        await this.#launch();
      } else await this.configure('key-load-delay', 0);
      await eventually('the data are loaded', async () => Number(await this.cli('UNLINK', ...keys)) >= 0);
    };
  }

  /** The process no longer runs, but the kernel keeps its sockets open: nothing answers, nothing breaks. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
    this.#frozen = true;
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
    this.#frozen = false;
  }

  /** Ends the server and removes its folder. Idempotent. */
  async stop(): Promise<void> {
    await this.#end('SIGKILL');
    releasePort(this.port);
    rmSync(this.folder, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #inspecting(): Promise<RespClient> {
    const kept = await this.#inspector?.catch(() => undefined);
    if (kept !== undefined && !kept.isClosed) return kept;
    this.#inspector = this.connect();
    return this.#inspector;
  }

  /** Launches it, and waits for its port while somebody else has it: another test looks at ports before it takes one. */
  async #launchAtItsPort(extra: readonly string[] = []): Promise<void> {
    const launched = async (): Promise<boolean> => {
      try {
        await this.#launch(extra);
        return true;
      } catch (error) {
        if (!/Address already in use/i.test(this.#output)) throw error;
        await this.#end('SIGKILL');
        return false;
      }
    };
    if (await launched()) return;
    await eventually(`port ${this.port}, which another process holds, is free`, () => isFree(this.port), {
      withinMs: 10_000,
      everyMs: 20,
    });
    if (!(await launched())) throw new Error(`port ${this.port} was taken by another process, twice`);
  }

  /**
   * @param extra     Arguments for this start only.
   * @param isUpWhen  Refusal that counts as a successful start.
   */
  async #launch(extra: readonly string[] = [], isUpWhen = isAnswer): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    this.#output = '';
    this.#frozen = false;
    const words = redisArguments(this, this.options);
    if (this.options.sentinel === undefined) words.push('--dbfilename', basename(this.dataFile));
    words.push(...extra);
    const child = spawn(process.env.TEST_REDIS_SERVER ?? findRedisServer(), words, {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk).slice(-4000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    let failure: Error | undefined;
    child.once('error', (error) => (failure = error));
    // Another process at the port may accept a connection, and never answer.
    const ended = new Promise<boolean>((resolve) => child.once('exit', () => resolve(true)));
    if (child.pid !== undefined) rememberProcess(child.pid, this.folder);
    await eventually(
      `redis-server on port ${this.port} answers`,
      async () =>
        failure !== undefined ||
        child.exitCode !== null ||
        (await Promise.race([this.#answers(isUpWhen), ended])),
      { withinMs: 10_000 },
    );
    if (failure !== undefined || child.exitCode !== null) {
      throw new Error(`redis-server did not start:\n${failure?.message ?? this.#output}`);
    }
    if (this.options.cluster === true && isUpWhen === isAnswer) await this.#serveAllSlots();
    child.unref();
    for (const stream of [child.stdout, child.stderr]) (stream as unknown as { unref(): void }).unref();
  }

  async #answers(isUpWhen: (message: string) => boolean): Promise<boolean> {
    let client: RespClient | undefined;
    try {
      client = await this.connect();
      await client.command('PING');
      return isUpWhen('PONG');
    } catch (error) {
      return error instanceof Error && isUpWhen(error.message);
    } finally {
      client?.close();
    }
  }

  async #serveAllSlots(): Promise<void> {
    const info = async (): Promise<string> => this.text('CLUSTER', 'INFO');
    if (/cluster_slots_assigned:0\b/.test(await info())) {
      await this.cli('CLUSTER', 'ADDSLOTS', ...Array.from({ length: 16_384 }, (_, slot) => slot));
    }
    await eventually('the cluster is up', async () => (await info()).includes('cluster_state:ok'));
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    const inspector = this.#inspector;
    this.#inspector = undefined;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.ref();
      child.kill(signal);
      await gone;
    }
    // Not before: it may wait for an answer of a server that is frozen.
    (await inspector?.catch(() => undefined))?.close();
  }
}

/** Any refusal but "still loading" is an answer too: a server with users may not let us in. */
function isAnswer(message: string): boolean {
  return /^(PONG|NOAUTH|WRONGPASS|NOPERM|ERR|DENIED)/.test(message);
}

function readPair(pair: { readonly cert: string; readonly key: string }): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(pair.cert), key: readFileSync(pair.key) };
}
