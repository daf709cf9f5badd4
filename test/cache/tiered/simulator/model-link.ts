import type { IClock } from '../../../../src/interfaces/clock.js';
import { ConnectionError } from '../../../../src/interfaces/errors.js';

interface Command {
  readonly run: () => unknown;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Link of a process to a server: commands run in order, and their replies arrive in order, each when the seed says. */
export class ModelLink {
  readonly #clock: IClock;
  readonly #timeoutMs: number;
  #commands: Command[] = [];
  #replies: { readonly command: Command; readonly answer: unknown }[] = [];
  /** Commands of links that have broken, which the server runs nevertheless. */
  #orphans: Command[] = [];
  #isMuted = false;

  constructor(clock: IClock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  get hasCommands(): boolean {
    return this.#commands.length > 0 || this.#orphans.length > 0;
  }

  get hasReplies(): boolean {
    return this.#replies.length > 0 && !this.#isMuted;
  }

  /** Sends a command; a caller waits for the reply as long as the timeout, and the command may run later. */
  send<T>(run: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const timer = this.#clock.schedule(this.#timeoutMs, () => reject(lost()));
      this.#commands.push({
        run,
        resolve: (answer) => {
          timer.cancel();
          resolve(answer as T);
        },
        reject: (error) => {
          timer.cancel();
          reject(error);
        },
      });
    });
  }

  /** Runs the next command on the server. @param late  `true` to run one first whose link has broken. */
  runNext(late: boolean): void {
    const orphan = late ? this.#orphans.shift() : undefined;
    if (orphan !== undefined) {
      orphan.run();
      return;
    }
    const command = this.#commands.shift();
    if (command !== undefined) this.#replies.push({ command, answer: command.run() });
  }

  deliverNext(): void {
    if (this.#isMuted) return;
    const reply = this.#replies.shift();
    reply?.command.resolve(reply.answer);
  }

  /** From now on replies do not arrive, until `unmute` or `break`. */
  mute(): void {
    this.#isMuted = true;
  }

  unmute(): void {
    this.#isMuted = false;
  }

  /** Breaks the link, and opens it again. @param runs  `true` when the server runs what it has received. */
  break(runs: boolean): void {
    const commands = this.#commands.splice(0);
    const replies = this.#replies.splice(0);
    this.#isMuted = false;
    if (runs) this.#orphans.push(...commands);
    for (const { reject } of commands) reject(lost());
    for (const { command } of replies) command.reject(lost());
  }
}

function lost(): ConnectionError {
  return new ConnectionError('E_CONNECTION_LOST', 'the model has cut the link', 'unknown');
}
