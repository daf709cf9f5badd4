import { connect, type Socket } from 'node:net';

const CR = 0x0d;
const BULK = 0x24;
const MINUS = 0x2d;
const ZERO = 0x30;
const READ_BYTES = 256 * 1024;

type Resolve = (reply: Buffer | null) => void;

/**
 * Smallest program that exchanges commands with Redis: the commands of one turn of the event loop are sent as one
 * buffer, and replies are copied out of one buffer that all reads share. It shows the speed that no client can exceed,
 * and is not a client: no errors, no lists, no deadlines, no bounds, no second connection, and keys in ASCII only.
 */
export class BareSocket {
  readonly #socket: Socket;
  readonly #waiting: Resolve[] = [];
  #head = 0;
  #parts: (string | Buffer)[] = [];
  #partBytes = 0;
  /** Reply being read: its kind, the number in its first line, then its bytes. */
  #kind = 0;
  #number = 0;
  #isAbsent = false;
  #value: Buffer | undefined;
  #filled = 0;
  /** Number of bytes missing of an end of line. */
  #skip = 0;

  private constructor(port: number) {
    const callback = (length: number, buffer: Uint8Array): boolean => {
      this.#read(buffer as Buffer, length);
      return true;
    };
    const onread = { buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback };
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
  }

  static async open(port: number): Promise<BareSocket> {
    const bare = new BareSocket(port);
    await new Promise((resolve) => bare.#socket.once('connect', resolve));
    return bare;
  }

  get(key: string): Promise<Buffer | null> {
    return this.#send([`*2\r\n$3\r\nGET\r\n$${key.length}\r\n${key}\r\n`]);
  }

  setEx(key: string, seconds: number, value: Buffer): Promise<Buffer | null> {
    const life = String(seconds);
    const head = `*4\r\n$5\r\nSETEX\r\n$${key.length}\r\n${key}\r\n$${life.length}\r\n${life}\r\n`;
    return this.#send([`${head}$${value.length}\r\n`, value, '\r\n']);
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(parts: readonly (string | Buffer)[]): Promise<Buffer | null> {
    if (this.#parts.length === 0) process.nextTick(() => this.#flush());
    for (const part of parts) {
      this.#parts.push(part);
      this.#partBytes += part.length;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #flush(): void {
    const bytes = Buffer.allocUnsafe(this.#partBytes);
    let at = 0;
    for (const part of this.#parts) {
      at += typeof part === 'string' ? bytes.write(part, at, 'latin1') : part.copy(bytes, at);
    }
    this.#parts = [];
    this.#partBytes = 0;
    this.#socket.write(bytes);
  }

  #read(chunk: Buffer, length: number): void {
    let at = 0;
    while (at < length) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, length - at);
        this.#skip -= skipped;
        at += skipped;
      } else if (this.#value === undefined) at = this.#readLine(chunk, at, length);
      else {
        const value = this.#value;
        const end = Math.min(length, at + value.length - this.#filled);
        this.#filled += chunk.copy(value, this.#filled, at, end);
        at = end;
        if (this.#filled < value.length) continue;
        this.#value = undefined;
        this.#skip = 2;
        this.#reply(value);
      }
    }
  }

  /** Continues to read the first line of a reply, such as `$100` or `+OK`; returns the offset after it. */
  #readLine(chunk: Buffer, start: number, length: number): number {
    let at = start;
    if (this.#kind === 0) this.#kind = chunk[at++] as number;
    for (; at < length; at++) {
      const byte = chunk[at] as number;
      if (byte === CR) {
        this.#endLine();
        return at + 1;
      }
      if (byte === MINUS) this.#isAbsent = true;
      else this.#number = this.#number * 10 + byte - ZERO;
    }
    return at;
  }

  #endLine(): void {
    this.#skip = 1;
    if (this.#kind === BULK && !this.#isAbsent) {
      this.#value = Buffer.allocUnsafe(this.#number);
      this.#filled = 0;
    } else this.#reply(null);
    this.#kind = 0;
    this.#number = 0;
    this.#isAbsent = false;
  }

  #reply(value: Buffer | null): void {
    const resolve = this.#waiting[this.#head++] as Resolve;
    if (this.#head === this.#waiting.length) {
      this.#waiting.length = 0;
      this.#head = 0;
    }
    resolve(value);
  }
}
