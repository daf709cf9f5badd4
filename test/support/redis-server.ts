import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { findRedisServer } from './find-redis.js';
import { rememberProcess } from './process-ledger.js';
import { type RespAddress, RespClient, type RespReply } from './resp-client.js';

/** How a server is started; everything is optional. */
export interface RedisServerOptions {
  /** Password of the default user. */
  readonly password?: string;
  /** Lines of an ACL file, such as `user app on >secret ~app:* +@all`. */
  readonly users?: readonly string[];
  /** Cluster mode; this one node then serves all slots. `slots: false` leaves them to whoever builds the cluster. */
  readonly cluster?: boolean | { readonly slots: false };
  /** Such as `2mb`. */
  readonly maxmemory?: string;
  /** Serves TLS, and nothing else. Paths of PEM files. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string };
  /** Further arguments, such as `['--maxclients', '3']`. */
  readonly args?: readonly string[];
}

/** A real `redis-server` on a free port of the loopback, in a temporary folder, that keeps nothing on disk. */
export class RedisServer {
  readonly host = '127.0.0.1';
  #process: ChildProcess | undefined;
  #inspector: Promise<RespClient> | undefined;
  #output = '';

  private constructor(
    readonly port: number,
    readonly folder: string,
    readonly options: RedisServerOptions,
  ) {}

  /** Starts a server, and waits until it answers. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const folder = mkdtempSync(join(tmpdir(), 'inversify-cache-redis-'));
    for (let attempt = 1; ; attempt += 1) {
      const server = new RedisServer(await freePort(), folder, options);
      try {
        await server.#launch();
        return server;
      } catch (error) {
        await server.#end('SIGKILL');
        // Between our look and the server's bind somebody else may have taken the port.
        if (attempt < 5 && /Address already in use/i.test(server.#output)) continue;
        rmSync(folder, { recursive: true, force: true });
        throw error;
      }
    }
  }

  /** `redis://…`, with the password if there is one. */
  get url(): string {
    const { password, tls } = this.options;
    const credentials = password === undefined ? '' : `:${encodeURIComponent(password)}@`;
    return `${tls ? 'rediss' : 'redis'}://${credentials}${this.host}:${this.port}`;
  }

  /** `undefined` while it does not run. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Runs a command on a connection that is kept for that. */
  async cli(...words: readonly (string | number | Buffer)[]): Promise<RespReply> {
    this.#inspector ??= this.connect();
    return (await this.#inspector).command(...words);
  }

  /** Opens a connection of the caller's own. */
  connect(): Promise<RespClient> {
    const { password, tls } = this.options;
    const address: RespAddress = {
      host: this.host,
      port: this.port,
      ...(password !== undefined && { password }),
      ...(tls && { ca: readFileSync(tls.ca) }),
    };
    return RespClient.open(address);
  }

  /** Ends the process at once, as a crash does. The port stays ours for `restart`. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Starts the server again, empty, on the port that it had. */
  async restart(): Promise<void> {
    await this.#end('SIGKILL');
    await this.#launch();
  }

  /** The process no longer runs, but the kernel keeps its sockets open: nothing answers, nothing breaks. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Ends the server and removes its folder. Idempotent. */
  async stop(): Promise<void> {
    await this.#end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #launch(): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    this.#output = '';
    const child = spawn(process.env.TEST_REDIS_BINARY ?? findRedisServer(), this.#arguments(), {
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
    if (child.pid !== undefined) rememberProcess(child.pid, this.folder);
    await eventually(
      `redis-server on port ${this.port} answers`,
      async () => {
        if (failure !== undefined || child.exitCode !== null) return true;
        return await this.#answers();
      },
      { withinMs: 10_000 },
    );
    if (failure !== undefined || child.exitCode !== null) {
      throw new Error(`redis-server did not start:\n${failure?.message ?? this.#output}`);
    }
    if (this.options.cluster === true) await this.#serveAllSlots();
    child.unref();
    for (const stream of [child.stdout, child.stderr]) (stream as unknown as { unref(): void }).unref();
  }

  async #answers(): Promise<boolean> {
    let client: RespClient | undefined;
    try {
      client = await this.connect();
      await client.command('PING');
      return true;
    } catch (error) {
      // Any refusal but "still loading" is an answer too: a server with users may not let us in.
      return error instanceof Error && /^(NOAUTH|WRONGPASS|NOPERM|ERR|DENIED)/.test(error.message);
    } finally {
      client?.close();
    }
  }

  async #serveAllSlots(): Promise<void> {
    const info = async (): Promise<string> => String(await this.cli('CLUSTER', 'INFO'));
    if (/cluster_slots_assigned:0\b/.test(await info())) {
      await this.cli('CLUSTER', 'ADDSLOTSRANGE', 0, 16383);
    }
    await eventually('the cluster is up', async () => (await info()).includes('cluster_state:ok'));
  }

  #arguments(): string[] {
    const { password, users, cluster, maxmemory, tls, args = [] } = this.options;
    const words = ['--bind', this.host, '--dir', this.folder, '--save', '', '--appendonly', 'no'];
    words.push(...(tls ? ['--port', '0', '--tls-port', String(this.port)] : ['--port', String(this.port)]));
    if (tls) {
      words.push('--tls-cert-file', tls.cert, '--tls-key-file', tls.key, '--tls-ca-cert-file', tls.ca);
      if (!args.includes('--tls-auth-clients')) words.push('--tls-auth-clients', 'no');
    }
    if (password !== undefined) words.push('--requirepass', password);
    if (users !== undefined) {
      const file = join(this.folder, 'users.acl');
      writeFileSync(file, `${users.join('\n')}\n`);
      words.push('--aclfile', file);
    }
    if (cluster) words.push('--cluster-enabled', 'yes', '--cluster-port', String(busPort(this.port)));
    if (maxmemory !== undefined) words.push('--maxmemory', maxmemory);
    return [...words, ...args];
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    const inspector = this.#inspector;
    this.#inspector = undefined;
    (await inspector?.catch(() => undefined))?.close();
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.ref();
    child.kill(signal);
    await gone;
  }
}

/** A port that nobody has at this moment. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** The port on which nodes of a cluster talk; the default, 10 000 above, may be out of range. */
function busPort(port: number): number {
  return port > 50_000 ? port - 10_000 : port + 10_000;
}
