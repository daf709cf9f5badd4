import { randomBytes } from 'node:crypto';
import { ConnectionError, OperationError } from '../../../../interfaces/errors.js';
import type {
  CallOptions,
  RedisCommand,
  RedisReply,
  RedisScript,
  RedisWord,
} from '../../../../interfaces/redis-command.js';
import type { IRedisConnection } from '../../../../interfaces/redis-connection.js';
import { OrderedScripts } from '../changes/ordered-scripts.js';
import { ALL, type AnnouncedWhen, announced, CHANGE, UNANNOUNCED } from './announcing-scripts.js';
import { type ChangeMessage, changeChannel, encodeChange, SENDER_BYTES } from './change-message.js';

/** Change that a script makes. */
export interface AnnouncedChange {
  readonly kind: 'keys' | 'generations' | 'all';
  readonly names: readonly string[];
  readonly when: AnnouncedWhen;
}

/** Runs changes in scripts that announce them: nobody can see the one without the other being on its way. */
export class Announcer {
  readonly #calls: OrderedScripts;
  readonly #channel: string;
  readonly #scripts: Record<AnnouncedWhen, Map<RedisScript, RedisScript>> = {
    changed: new Map(),
    always: new Map(),
    shortened: new Map(),
  };
  #sender = randomBytes(SENDER_BYTES);

  constructor(connection: IRedisConnection, prefix: string, db: number) {
    this.#calls = new OrderedScripts(connection);
    // On a cluster the node that runs the script adds its own id, wherever a redirection leads.
    this.#channel = changeChannel(prefix, connection.sharded ? '' : String(db));
  }

  /** `true` when a message was sent from here, by a call whose outcome is not unknown. */
  isOwn({ sender }: ChangeMessage): boolean {
    return this.#sender.equals(sender);
  }

  /** Runs a command that changes its keys, which are its first words. */
  command(
    [name, ...words]: RedisCommand,
    keyCount: number,
    change: AnnouncedChange,
    options: CallOptions | undefined,
  ): Promise<RedisReply> {
    const args = [name as RedisWord, ...words.slice(keyCount)];
    return this.run(CHANGE, words.slice(0, keyCount), args, change, options);
  }

  /** Runs a script that changes what is named. */
  async run(
    script: RedisScript,
    keys: readonly RedisWord[],
    args: readonly RedisWord[],
    { kind, names, when }: AnnouncedChange,
    options: CallOptions | undefined,
  ): Promise<RedisReply> {
    const sender = this.#sender;
    const words = [...args, this.#channel, encodeChange({ kind, names, sender })];
    try {
      return await this.#calls.run(this.#announced(script, when), keys, words, options);
    } catch (error) {
      if (OperationError.is(error) && error.reason === UNANNOUNCED) throw unannounced(error);
      if (!isRefused(error) && sender === this.#sender) this.#sender = randomBytes(SENDER_BYTES);
      throw error;
    }
  }

  /** Announces that the key space was emptied. */
  async everything(options: CallOptions | undefined): Promise<void> {
    await this.run(ALL, [], [], { kind: 'all', names: [], when: 'always' }, options);
  }

  #announced(script: RedisScript, when: AnnouncedWhen): RedisScript {
    const scripts = this.#scripts[when];
    let whole = scripts.get(script);
    if (whole === undefined) {
      whole = announced(script, when);
      scripts.set(script, whole);
    }
    return whole;
  }
}

/** Tells whether it is certain that a call has changed nothing, and never will. */
function isRefused(error: unknown): boolean {
  return (OperationError.is(error) || ConnectionError.is(error)) && error.outcome === 'refused';
}

function unannounced(cause: OperationError): OperationError {
  const text =
    'the change was made, but its user may not announce it: add the rules +publish, &<prefix>* and, on a cluster, +cluster|myid';
  return new OperationError('E_OPERATION_REFUSED', text, 'unknown', { cause });
}
