import { connect, createServer, type Server, type Socket } from 'node:net';

/** From the client to the server, or back. */
export type Direction = 'up' | 'down';

/** A TCP proxy between a client and a server of a test, which can do to bytes what networks do. */
export class TcpProxy {
  readonly host = '127.0.0.1';
  readonly #server: Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #pairs = new Set<readonly [client: Socket, server: Socket]>();
  readonly #delayMs = { up: 0, down: 0 };
  readonly #pieceBytes = { up: 0, down: 0 };
  readonly #dropped = { up: false, down: false };
  #refusing = false;

  private constructor(server: Server, target: { readonly host: string; readonly port: number }) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (client) => this.#join(client));
  }

  static async start(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const proxy = new TcpProxy(server, target);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, proxy.host, resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** Connections that are open through it. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Bytes arrive this much later, in their order. */
  delay(direction: Direction, ms: number): void {
    this.#delayMs[direction] = ms;
  }

  /** Bytes arrive in pieces of at most so many; 0: as they came. */
  split(direction: Direction, pieceBytes: number): void {
    this.#pieceBytes[direction] = pieceBytes;
  }

  /** Bytes of one direction vanish from now on, and nothing tells. */
  blackHole(direction: Direction): void {
    this.#dropped[direction] = true;
  }

  /** Ends every connection: by a reset, as a crash does, or politely. */
  cut(how: 'reset' | 'end' = 'reset'): void {
    for (const [client, server] of [...this.#pairs]) {
      if (how === 'reset') {
        client.resetAndDestroy();
        server.resetAndDestroy();
      } else {
        client.end();
        server.end();
      }
    }
  }

  /** New connections are reset from now on; those that are open stay. */
  refuse(): void {
    this.#refusing = true;
  }

  /** From now on everything passes as it is; what has vanished stays so. */
  heal(): void {
    this.#refusing = false;
    for (const direction of ['up', 'down'] as const) {
      this.#dropped[direction] = false;
      this.#delayMs[direction] = 0;
      this.#pieceBytes[direction] = 0;
    }
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket): void {
    if (this.#refusing) {
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    const server = connect({ ...this.#target, noDelay: true, allowHalfOpen: true });
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
    this.#pipe('up', client, server);
    this.#pipe('down', server, client);
  }

  #pipe(direction: Direction, from: Socket, to: Socket): void {
    let last: Promise<void> = Promise.resolve();
    from.on('data', (chunk: Buffer) => {
      const dueAt = performance.now() + this.#delayMs[direction];
      last = last.then(() => this.#deliver(direction, to, chunk, dueAt));
    });
    from.on('end', () => {
      last = last.then(() => void (this.#dropped[direction] || to.end()));
    });
  }

  async #deliver(direction: Direction, to: Socket, chunk: Buffer, dueAt: number): Promise<void> {
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await new Promise<void>((resolve) => void setTimeout(resolve, waitMs).unref());
    if (this.#dropped[direction]) return;
    const pieceBytes = this.#pieceBytes[direction] || chunk.length;
    for (let start = 0; start < chunk.length && !to.destroyed; start += pieceBytes) {
      to.write(chunk.subarray(start, start + pieceBytes));
      // In a turn of its own, or the kernel puts the pieces together again.
      if (pieceBytes < chunk.length) await new Promise<void>((resolve) => void setImmediate(resolve));
    }
  }
}
