import type { Readable, Writable } from 'node:stream';
import { oneLine } from '../../foundation/one-line.js';
import type { Failure } from './failure.js';

/** A stream that may be a terminal. */
type Terminal<T> = T & { readonly isTTY?: boolean };

/** Standard streams of a process. */
export interface StandardStreams {
  readonly stdin: Terminal<Readable>;
  readonly stdout: Terminal<Writable>;
  readonly stderr: Terminal<Writable>;
}

/** Global options that decide what is written. */
export interface OutputOptions {
  /** Data as JSON. */
  readonly json: boolean;
  /** Nothing but data and errors. */
  readonly quiet: boolean;
  /** Questions are allowed. */
  readonly asks: boolean;
}

/** Output of a command: data goes to stdout, everything else to stderr. */
export class Streams {
  readonly #streams: StandardStreams;
  readonly #options: OutputOptions;

  constructor(streams: StandardStreams, options: OutputOptions) {
    this.#streams = streams;
    this.#options = options;
  }

  get json(): boolean {
    return this.#options.json;
  }

  /** `true` when a person can be asked. */
  get asks(): boolean {
    return this.#options.asks && this.#streams.stdin.isTTY === true;
  }

  get stdin(): Readable {
    return this.#streams.stdin;
  }

  /** `true` when data is shown to a person. */
  get isTerminal(): boolean {
    return this.#streams.stdout.isTTY === true;
  }

  /** Writes one record: as one line of JSON, or as its fields with tabs between them. */
  async record(data: Readonly<Record<string, unknown>>, ...fields: string[]): Promise<void> {
    await this.#write(`${this.json ? jsonOf(data) : fields.map(oneLine).join('\t')}\n`);
  }

  /** Writes several lines of text; with `--json` one record in place of them. */
  async text(data: Readonly<Record<string, unknown>>, lines: string): Promise<void> {
    await this.#write(this.json ? `${jsonOf(data)}\n` : `${lines.split('\n').map(oneLine).join('\n')}\n`);
  }

  /** Writes a document as it is. */
  async document(content: string): Promise<void> {
    await this.#write(content);
  }

  /** Writes bytes as they are, or escaped when they are shown to a person. */
  async bytes(content: Uint8Array): Promise<void> {
    if (this.isTerminal) await this.#write(`${oneLine(Buffer.from(content).toString())}\n`);
    else await this.#write(content);
  }

  /** Tells a person what happens. */
  note(text: string): void {
    if (!this.#options.quiet) this.#streams.stderr.write(`${oneLine(text)}\n`);
  }

  /** Asks a person. */
  prompt(text: string): void {
    this.#streams.stderr.write(oneLine(text));
  }

  async failure({ code, message, hint }: Failure): Promise<void> {
    if (this.json) {
      await this.#write(`${JSON.stringify({ error: { code, message, hint: hint ?? null } })}\n`);
      return;
    }
    this.#streams.stderr.write(`error: ${message}\n${hint === undefined ? '' : `hint: ${hint}\n`}`);
  }

  /** Waits for a reader that is slower than the command. */
  #write(content: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#streams.stdout.write(content, (error) => (error ? reject(error) : resolve()));
    });
  }
}

/** JSON of a record; integers of 64 bits are decimal text. */
function jsonOf(data: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(data, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
