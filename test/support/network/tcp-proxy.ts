import { connect, createServer, type Server, type Socket } from 'node:net';
import { type Direction, ProxiedStream, type StreamFaults } from './proxied-stream.js';

export type { Direction } from './proxied-stream.js';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  readonly streams: Readonly<Record<Direction, ProxiedStream>>;
}

/** A TCP proxy between a client and a server of a test, which can do to bytes what networks do. */
export class TcpProxy {
  readonly #server: Server;
  #target: { readonly host: string; readonly port: number };
  readonly #pairs = new Set<Pair>();
  readonly #faults: Record<Direction, StreamFaults> = { up: {}, down: {} };
  #refusing = false;
  #accepted = 0;

  private constructor(
    server: Server,
    target: { readonly host: string; readonly port: number },
    readonly host: string,
  ) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (client) => this.#join(client));
  }

  /** @param at  Address to listen at. Default: any port of 127.0.0.1. */
  static async start(
    target: { readonly host: string; readonly port: number },
    at: { readonly host: string; readonly port: number } = { host: '127.0.0.1', port: 0 },
  ): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const proxy = new TcpProxy(server, target, at.host);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(at.port, at.host, resolve);
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

  /** Number of connection attempts so far, including refused ones. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Connects to another server from now on; open connections stay where they are. */
  retarget(target: { readonly host: string; readonly port: number }): void {
    this.#target = target;
  }

  /** Delays all bytes, in order. */
  delay(direction: Direction, ms: number): void {
    this.#faults[direction].delayMs = ms;
  }

  /** Splits bytes into pieces of at most this size; 0: as they arrived. */
  split(direction: Direction, pieceBytes: number): void {
    this.#faults[direction].pieceBytes = pieceBytes;
  }

  /** Joins bytes until there are this many, or until none have arrived for a while. */
  merge(direction: Direction, blobBytes: number, quietMs = 20): void {
    this.#faults[direction].merge = { blobBytes, quietMs };
  }

  /** Limits the bytes per second, and slows the sender down to this rate. */
  throttle(direction: Direction, bytesPerSecond: number): void {
    this.#faults[direction].bytesPerSecond = bytesPerSecond;
  }

  /** Drops the bytes of one direction from now on, silently. */
  blackHole(direction: Direction): void {
    this.#faults[direction].isDropping = true;
  }

  /** Drops the next chunks, on any connection; a short reply is one chunk. */
  drop(direction: Direction, chunks = 1): void {
    this.#faults[direction].chunksToDrop = chunks;
  }

  /** True while a chunk is still to be dropped. */
  get isDropping(): boolean {
    return Object.values(this.#faults).some(
      ({ isDropping, chunksToDrop }) => isDropping || (chunksToDrop ?? 0) > 0,
    );
  }

  /** Stops reading one direction, so that the sender has to keep its bytes; `heal` delivers them. */
  hold(direction: Direction): void {
    this.#faults[direction].isHolding = true;
    this.#update();
  }

  /** Resets a connection after this many further bytes, possibly in the middle of a reply. */
  cutAfter(direction: Direction, bytes: number): void {
    this.#faults[direction].bytesToCut = bytes;
  }

  /** Ends every connection: by a reset, as a crash does, or gracefully. */
  cut(how: 'reset' | 'end' = 'reset'): void {
    for (const { client, server } of [...this.#pairs]) {
      for (const socket of [client, server]) {
        if (how === 'reset') socket.resetAndDestroy();
        else socket.end();
      }
    }
  }

  /** Half-closes the connection towards one side, and continues to read from it; the other side is not notified. */
  halfClose(side: 'client' | 'server'): void {
    for (const pair of this.#pairs) pair[side].end();
  }

  /** Resets new connections from now on; open ones stay. */
  refuse(): void {
    this.#refusing = true;
  }

  /** Forwards everything unchanged from now on; dropped bytes stay lost. */
  heal(): void {
    this.#refusing = false;
    for (const direction of ['up', 'down'] as const) this.#faults[direction] = {};
    this.#update();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #update(): void {
    for (const { streams } of this.#pairs) for (const stream of [streams.up, streams.down]) stream.update();
  }

  #join(client: Socket): void {
    this.#accepted += 1;
    if (this.#refusing) {
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    const server = connect({ ...this.#target, noDelay: true, allowHalfOpen: true });
    const sockets = [client, server];
    const reset = (): void => {
      for (const socket of sockets) socket.resetAndDestroy();
    };
    const pair: Pair = {
      client,
      server,
      streams: {
        up: new ProxiedStream(client, server, () => this.#faults.up, reset),
        down: new ProxiedStream(server, client, () => this.#faults.down, reset),
      },
    };
    this.#pairs.add(pair);
    for (const socket of sockets) {
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#pairs.delete(pair);
        for (const other of sockets) other.destroy();
      });
    }
  }
}
