import { History } from './history.js';

/** Message of a server to the streams that follow it. */
export type ServerMessage =
  | {
      readonly type: 'changed';
      readonly kind: 'keys' | 'generations';
      readonly names: readonly string[];
      readonly sender: string;
    }
  | { readonly type: 'everything' }
  | { readonly type: 'answer' }
  | { readonly type: 'nonce'; readonly nonce: string }
  | { readonly type: 'end' };

/** Stream as a server sees it. */
export interface Follower {
  push(message: ServerMessage): void;
}

export interface Stored {
  readonly text: string;
  readonly expiresAt: number;
}

/** State of the key space. Every name belongs to one master at a time; all masters share one memory in this model. */
export class ModelState {
  readonly history = new History();
  readonly entries = new Map<string, Stored>();
  readonly tokens = new Map<string, string>();
  readonly fences = new Map<string, string>();
  /** Copies of replicas: what a master that is promoted, or a read of a replica, finds. */
  #replica: { readonly entries: Map<string, Stored>; readonly tokens: Map<string, string> } = {
    entries: new Map(),
    tokens: new Map(),
  };
  #lastToken = 0;

  fresh(): string {
    return `t${++this.#lastToken}`;
  }

  entry(key: string, now: number): Stored | undefined {
    const stored = this.entries.get(key);
    if (stored === undefined || stored.expiresAt > now) return stored;
    this.entries.delete(key);
    this.history.note(key, null, stored.expiresAt);
    return undefined;
  }

  put(key: string, text: string, expiresAt: number, now: number): void {
    this.entry(key, now);
    this.entries.set(key, { text, expiresAt });
    this.history.note(key, text, now);
  }

  remove(key: string, now: number): boolean {
    const had = this.entry(key, now) !== undefined;
    this.entries.delete(key);
    this.history.note(key, null, now);
    return had;
  }

  setToken(name: string, token: string | null, now: number): void {
    if (token === null) this.tokens.delete(name);
    else this.tokens.set(name, token);
    this.history.note(`generation ${name}`, token, now);
  }

  replica(key: string, now: number): Stored | undefined {
    const stored = this.#replica.entries.get(key);
    return stored !== undefined && stored.expiresAt > now ? stored : undefined;
  }

  replicate(): void {
    this.#replica = { entries: new Map(this.entries), tokens: new Map(this.tokens) };
  }

  /** Promotes the replica of some names: what it had not received is lost. */
  failOver(owns: (name: string) => boolean, now: number): void {
    for (const key of new Set([...this.entries.keys(), ...this.#replica.entries.keys()])) {
      if (!owns(key)) continue;
      const stored = this.replica(key, now);
      if (stored === undefined) this.remove(key, now);
      else this.put(key, stored.text, stored.expiresAt, now);
      this.fences.delete(key);
    }
    for (const name of new Set([...this.tokens.keys(), ...this.#replica.tokens.keys()])) {
      if (owns(name)) this.setToken(name, this.#replica.tokens.get(name) ?? null, now);
    }
  }
}

/** A master, as its followers see it. */
export class ModelServer {
  readonly name: string;
  readonly followers = new Set<Follower>();
  #turn = 0;
  /** Pushes of this turn of its loop, in tracking. */
  #collected: ServerMessage[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** Number of turns of its loop that have ended. */
  get turn(): number {
    return this.#turn;
  }

  /** Tells the followers at once, as a message that is published. */
  publish(message: ServerMessage): void {
    for (const follower of this.followers) follower.push(message);
  }

  /** Tells the followers at the end of this turn, as a push of tracking. */
  collect(message: ServerMessage): void {
    this.#collected.push(message);
  }

  /** Ends a turn of the loop: pushes leave behind all replies of the turn. */
  endTurn(): void {
    this.#turn++;
    for (const message of this.#collected.splice(0)) this.publish(message);
  }

  /** Ends all streams, as a server that goes away. */
  hangUp(): void {
    this.#collected = [];
    const followers = [...this.followers];
    this.followers.clear();
    for (const follower of followers) follower.push({ type: 'end' });
  }
}
