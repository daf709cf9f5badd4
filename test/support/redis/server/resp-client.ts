import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

/** Answer of a server in RESP 2; an error is a rejection of `command`, or an element of a list. */
export type RespReply = Buffer | string | number | null | Error | RespReply[];

/** Address to connect to. */
export interface RespAddress {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly db?: number;
  /** Turns TLS on; such as the certificate authority of the server, and a certificate of the client. */
  readonly tls?: ConnectionOptions;
}

interface Waiting {
  resolve(reply: RespReply): void;
  reject(error: Error): void;
}

/** A Redis client of a hundred lines, so that tests inspect a server without the library that they test. */
export class RespClient {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  #input: Buffer = Buffer.alloc(0);
  #onLine: ((line: string) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection is closed')));
  }

  static async open({ host, port, username, password, db, tls }: RespAddress): Promise<RespClient> {
    const socket = tls === undefined ? connect({ host, port }) : connectTls({ host, port, ...tls });
    const client = new RespClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once(tls === undefined ? 'connect' : 'secureConnect', resolve);
      socket.once('error', reject);
    });
    socket.setNoDelay(true);
    try {
      if (password !== undefined) await client.command('AUTH', ...(username ? [username] : []), password);
      if (db !== undefined) await client.command('SELECT', db);
    } catch (error) {
      client.close();
      throw error;
    }
    return client;
  }

  /** Opens a connection to `redis://[user:password@]host:port[/db]`. */
  static openUrl(url: string): Promise<RespClient> {
    const { hostname, port, username, password, pathname } = new URL(url);
    return RespClient.open({
      host: hostname,
      port: Number(port || 6379),
      ...(username && { username: decodeURIComponent(username) }),
      ...(password && { password: decodeURIComponent(password) }),
      ...(pathname.length > 1 && { db: Number(pathname.slice(1)) }),
    });
  }

  /** The port on this side, by which the server tells connections apart. */
  get localPort(): number | undefined {
    return this.#socket.localPort;
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  /** Sends one command; returns strings as `Buffer`. */
  command(...words: readonly (string | number | Buffer)[]): Promise<RespReply> {
    if (this.#socket.destroyed) return Promise.reject(new Error('the connection is closed'));
    const parts: Buffer[] = [Buffer.from(`*${words.length}\r\n`)];
    for (const word of words) {
      const bytes = Buffer.isBuffer(word) ? word : Buffer.from(String(word));
      parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket.write(Buffer.concat(parts));
    });
  }

  /** Sends one command with a text reply. */
  async text(...words: readonly (string | number | Buffer)[]): Promise<string> {
    return String(await this.command(...words));
  }

  /** Hears of every command that the server runs from now on; this connection is of no other use afterwards. */
  async monitor(onLine: (line: string) => void): Promise<void> {
    await this.command('MONITOR');
    this.#onLine = onLine;
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#input = this.#input.length === 0 ? chunk : Buffer.concat([this.#input, chunk]);
    for (let parsed = parse(this.#input, 0); parsed !== undefined; parsed = parse(this.#input, 0)) {
      this.#input = this.#input.subarray(parsed.end);
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#onLine?.(String(parsed.reply));
      else if (parsed.reply instanceof Error) waiting.reject(parsed.reply);
      else waiting.resolve(parsed.reply);
    }
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }
}

/** The reply that starts at an offset; `undefined` while it is not complete. */
function parse(input: Buffer, start: number): { reply: RespReply; end: number } | undefined {
  const lineEnd = input.indexOf('\r\n', start);
  if (lineEnd < 0) return undefined;
  const line = input.toString('utf8', start + 1, lineEnd);
  const end = lineEnd + 2;
  switch (input[start]) {
    case 0x2b: // +
      return { reply: line, end };
    case 0x2d: // -
      return { reply: new Error(line), end };
    case 0x3a: // :
      return { reply: Number(line), end };
    case 0x24: {
      // $
      const length = Number(line);
      if (length < 0) return { reply: null, end };
      if (input.length < end + length + 2) return undefined;
      return { reply: Buffer.from(input.subarray(end, end + length)), end: end + length + 2 };
    }
    case 0x2a: {
      // *
      const items: RespReply[] = [];
      let at = end;
      for (let left = Number(line); left > 0; left -= 1) {
        const item = parse(input, at);
        if (item === undefined) return undefined;
        items.push(item.reply);
        at = item.end;
      }
      return { reply: Number(line) < 0 ? null : items, end: at };
    }
    default:
      throw new Error(`not RESP: ${line}`);
  }
}
