import { createServer, type Server, type Socket } from 'node:net';

/** Behaviour of a server that is not the expected Redis. */
export type WrongBehaviour =
  /** Answers in HTTP. */
  | 'http'
  /** Answers bytes that are no RESP. */
  | 'garbage'
  /** Closes each connection gracefully as soon as it is open. */
  | 'closes'
  /** Resets each connection as soon as it is open. */
  | 'resets'
  /** Takes everything, and never answers. */
  | 'silent'
  /** Answers the handshake as Redis does, and no other command. */
  | 'hello-only'
  /** Answers every command with an error, as a server does that knows none of them. */
  | 'refuses';

/** `%3` of RESP 3, for `HELLO 3`. */
const HELLO = '%3\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$5\r\n7.0.0\r\n$5\r\nproto\r\n:3\r\n';
/** Commands of the handshake, whose replies a client may await before it is ready. */
const HANDSHAKE = /^(?:AUTH|CLIENT|SELECT)$/i;

/** A listener on the loopback that is not Redis, or behaves as if it were not. */
export class WrongServer implements AsyncDisposable {
  readonly host = '127.0.0.1';
  readonly #sockets = new Set<Socket>();
  readonly #received: Buffer[] = [];
  #connections = 0;

  private constructor(
    readonly server: Server,
    private readonly behaviour: WrongBehaviour,
  ) {
    server.on('connection', (socket) => this.#serve(socket));
  }

  static async start(behaviour: WrongBehaviour): Promise<WrongServer> {
    const wrong = new WrongServer(createServer(), behaviour);
    await new Promise<void>((resolve, reject) => {
      wrong.server.once('error', reject);
      wrong.server.listen(0, wrong.host, resolve);
    });
    return wrong;
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  /** Number of connections so far. */
  get connections(): number {
    return this.#connections;
  }

  /** All that it was ever sent. */
  get received(): string {
    return Buffer.concat(this.#received).toString('latin1');
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #serve(socket: Socket): void {
    this.#connections += 1;
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    if (this.behaviour === 'closes') socket.end();
    if (this.behaviour === 'resets') socket.resetAndDestroy();
    socket.on('data', (chunk: Buffer) => {
      this.#received.push(chunk);
      const answer = this.#answer(chunk);
      if (answer !== '') socket.write(answer, 'latin1');
    });
  }

  #answer(chunk: Buffer): string {
    switch (this.behaviour) {
      case 'http':
        return 'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n400 Bad Request';
      case 'garbage':
        return '\x00\xff\x13?not RESP\r\n\r\n';
      case 'hello-only':
        return commandsOf(chunk)
          .map((command) => (/^HELLO$/i.test(command) ? HELLO : HANDSHAKE.test(command) ? '+OK\r\n' : ''))
          .join('');
      case 'refuses':
        return commandsOf(chunk)
          .map((command) => `-ERR unknown command '${command}'\r\n`)
          .join('');
      default:
        return '';
    }
  }
}

/** The names of the commands that a chunk begins; clients send short ones whole. */
function commandsOf(chunk: Buffer): string[] {
  return [...chunk.toString('latin1').matchAll(/\*\d+\r\n\$\d+\r\n([^\r]*)\r\n/g)].map(
    ([, name]) => name ?? '',
  );
}
