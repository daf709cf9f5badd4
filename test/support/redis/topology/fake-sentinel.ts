import { createServer, type Server, type Socket } from 'node:net';

/** Statement of a Sentinel about the master. */
export interface Say {
  readonly ip: string;
  readonly port: number;
  readonly epoch?: number;
  /** Default: `master`. */
  readonly flags?: string;
  readonly runId?: string;
}

const HELLO = '%3\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$5\r\n7.0.0\r\n$5\r\nproto\r\n:3\r\n';

/** A Sentinel that says what a test tells it to: real ones agree with each other within a second. */
export class FakeSentinel implements AsyncDisposable {
  readonly host = '127.0.0.1';
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #says: Say | 'nothing';
  #questions = 0;

  private constructor(server: Server, says: Say | 'nothing') {
    this.#server = server;
    this.#says = says;
    server.on('connection', (socket) => this.#serve(socket));
  }

  static async start(says: Say | 'nothing'): Promise<FakeSentinel> {
    const sentinel = new FakeSentinel(createServer(), says);
    await new Promise<void>((resolve) => sentinel.#server.listen(0, sentinel.host, resolve));
    return sentinel;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** Number of times that it was asked for the master. */
  get questions(): number {
    return this.#questions;
  }

  /** Changes what it says; with `nothing` it does not answer at all. */
  say(says: Say | 'nothing'): void {
    this.#says = says;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    // Commands arrive whole: they are short, and the loopback does not split them.
    socket.on('data', (chunk: Buffer) => {
      for (const [command = ''] of chunk.toString('latin1').matchAll(/\*\d+\r\n(?:\$\d+\r\n[^\r]*\r\n)+/g))
        socket.write(this.#answer(command.split('\r\n').filter((_, at) => at > 0 && at % 2 === 0)));
    });
  }

  #answer([verb = '', sub = '']: readonly string[]): string {
    if (/^hello$/i.test(verb)) return HELLO;
    if (/^ping$/i.test(verb)) return '+PONG\r\n';
    if (!/^sentinel$/i.test(verb) || !/^master$/i.test(sub)) return '+OK\r\n';
    this.#questions += 1;
    if (this.#says === 'nothing') return '';
    const { ip, port, epoch = 0, flags = 'master', runId = '' } = this.#says;
    const fields = { name: 'main', ip, port, runid: runId, flags, 'config-epoch': epoch };
    const words = Object.entries(fields).flat().map(String);
    return `%${words.length / 2}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
  }
}
