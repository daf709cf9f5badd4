import { DisposedError } from '../../../interfaces/errors.js';
import { connectionClosed } from '../driver/unreachable.js';
import type { Link, LinkEnd } from '../link/link.js';

export interface HomePorts {
  /** Opens the link; the signal ends that. */
  readonly open: (signal: AbortSignal, onEnd: () => void) => Promise<Link>;
  /** Aborted when the connection is closed. */
  readonly signal: AbortSignal;
  /** Called when an open link has ended, unless no topic was left. */
  readonly onEnd: () => void;
}

/** A dedicated link that carries topics, and exists as long as there are any. */
export class Home<Topic extends object> {
  readonly topics = new Set<Topic>();
  /** Channels that the link may still carry although they have moved elsewhere. */
  readonly strays = new Set<string>();
  readonly #ports: HomePorts;
  #link: Link | undefined;
  #opening: Promise<Link> | undefined;

  constructor(ports: HomePorts) {
    this.#ports = ports;
  }

  get link(): Link | undefined {
    return this.#link;
  }

  /** The link, which is opened first if there is none. */
  linked(): Promise<Link> {
    if (this.#link !== undefined) return Promise.resolve(this.#link);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** Ends the link, if there is one; topics that are left get a new one. */
  end(reason: LinkEnd): void {
    this.#link?.end(reason);
  }

  /** Forgets a topic, and ends the link behind the last one. */
  forget(topic: Topic): void {
    this.topics.delete(topic);
    if (this.topics.size === 0) this.end(new DisposedError('no subscription is left'));
  }

  async #open(): Promise<Link> {
    const { open, signal } = this.#ports;
    const link: Link = await open(signal, () => this.#onLinkEnd(link));
    this.#link = link; // Set before the link may be ended; otherwise its end would go unnoticed.
    if (signal.aborted) link.end(connectionClosed());
    else if (this.topics.size === 0) link.end(new DisposedError('no subscription is left'));
    return link;
  }

  #onLinkEnd(link: Link): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    this.strays.clear();
    if (this.topics.size > 0) this.#ports.onEnd();
  }
}
