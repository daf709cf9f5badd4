import type { DriverClient } from './driver.js';

/** Channel, pattern, or channel of a slot (SSUBSCRIBE). */
export type TopicKind = 'channel' | 'pattern' | 'sharded';

type Listener = (payload: Buffer, channel: Buffer) => void;

/** A channel without a name, to which nobody can subscribe. */
const NOBODY: readonly string[] = [''];

/** Subscriptions of one client of node-redis. */
export class DriverTopics {
  readonly #client: DriverClient;
  /** Sharded channels, and what to call when the server ends their subscription because their slot has moved. */
  readonly #moved = new Map<string, () => void>();
  #hasSharded = false;

  constructor(client: DriverClient) {
    this.#client = client;
  }

  /** `true` from the first sharded channel on: heartbeats must then be {@link beat}s. */
  get hasSharded(): boolean {
    return this.#hasSharded;
  }

  subscribe(kind: TopicKind, name: string, listener: Listener, onMoved: () => void): Promise<unknown> {
    if (kind === 'channel') return this.#client.subscribe(name, listener, true);
    if (kind === 'pattern') return this.#client.pSubscribe(name, listener, true);
    if (!this.#hasSharded) {
      this.#hasSharded = true;
      this.#client.on('sharded-channel-moved', (channel) => this.#onMoved(channel));
    }
    this.#moved.set(name, onMoved);
    return this.#client.sSubscribe(name, listener, true);
  }

  unsubscribe(kind: TopicKind, name: string): Promise<unknown> {
    if (kind === 'channel') return this.#client.unsubscribe(name);
    if (kind === 'pattern') return this.#client.pUnsubscribe(name);
    this.#moved.delete(name);
    return this.#client.sUnsubscribe(name);
  }

  /**
   * Asks for an answer, as PING does. node-redis takes the notice that a slot has moved for a reply to the command in
   * flight: behind a PING it is lost, and behind an UNSUBSCRIBE it breaks the link, which is noticed.
   */
  beat(): Promise<unknown> {
    return this.#client.unsubscribe(NOBODY);
  }

  #onMoved(channel: string): void {
    const onMoved = this.#moved.get(channel);
    this.#moved.delete(channel);
    onMoved?.();
  }
}
