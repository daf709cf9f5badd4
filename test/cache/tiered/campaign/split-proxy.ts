import { connect, createServer, type Server, type Socket } from 'node:net';

/** Words that a connection sends which is to hear of changes. */
const STREAM = /subscribe|tracking/i;

interface Pair {
  readonly sockets: readonly [client: Socket, server: Socket];
  isStream: boolean;
}

/** A proxy to a Redis server that can disturb the streams of changes, or all other connections, alone. */
export class SplitProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #deaf: 'streams' | 'none' = 'none';

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(target: { readonly host: string; readonly port: number }): Promise<SplitProxy> {
    const server = createServer({ noDelay: true });
    const proxy = new SplitProxy(server);
    server.on('connection', (client) => proxy.#join(client, connect({ ...target, noDelay: true })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** Number of streams that are open. */
  get streams(): number {
    return [...this.#pairs].filter(({ isStream }) => isStream).length;
  }

  /** Drops silently whatever a server sends on streams, until `heal`. */
  blackHole(): void {
    this.#deaf = 'streams';
  }

  heal(): void {
    this.#deaf = 'none';
  }

  /** Resets the streams, or all other connections. @returns Their number. */
  reset(which: 'streams' | 'others'): number {
    const pairs = [...this.#pairs].filter(({ isStream }) => isStream === (which === 'streams'));
    for (const { sockets } of pairs) for (const socket of sockets) socket.resetAndDestroy();
    return pairs.length;
  }

  async close(): Promise<void> {
    for (const { sockets } of this.#pairs) for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket, server: Socket): void {
    const pair: Pair = { sockets: [client, server], isStream: false };
    this.#pairs.add(pair);
    client.on('data', (chunk: Buffer) => {
      if (!pair.isStream && STREAM.test(chunk.toString('latin1'))) pair.isStream = true;
      server.write(chunk);
    });
    server.on('data', (chunk: Buffer) => {
      if (!(pair.isStream && this.#deaf === 'streams')) client.write(chunk);
    });
    for (const socket of pair.sockets) {
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#pairs.delete(pair);
        for (const other of pair.sockets) other.destroy();
      });
    }
  }
}
