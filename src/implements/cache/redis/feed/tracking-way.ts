import type { KeySpace } from '../../../redis/keys/key-space.js';
import type { Link } from '../../../redis/link/link.js';
import type { StreamMaster, StreamMasters } from '../../../redis/streams/stream-source.js';
import type { HearNews, StreamNews, StreamWay } from './stream-way.js';

const PROBE_LIFE_MS = '1000';

/**
 * Pushes of the server itself about all keys that begin with the prefix, whoever changes them. They are sent at the end
 * of a turn of the server's event loop, and answers within it, so an answer may precede them.
 */
export class TrackingWay implements StreamWay {
  readonly lags = true;
  readonly #keySpace: KeySpace;
  readonly #masters: () => StreamMasters;

  constructor(keySpace: KeySpace, masters: () => StreamMasters) {
    this.#keySpace = keySpace;
    this.#masters = masters;
  }

  open(
    master: StreamMaster,
    timeoutMs: number,
    signal: AbortSignal,
    onEnd: () => void,
    hear: HearNews,
  ): Promise<Link> {
    return master.open(timeoutMs, signal, onEnd, (key) => this.#tell(key, hear));
  }

  async listen(link: Link, timeoutMs: number): Promise<void> {
    // The driver has turned on the mode in which a server remembers single keys.
    await link.run(['CLIENT', 'TRACKING', 'OFF'], timeoutMs);
    const { prefix } = this.#keySpace;
    await link.run(['CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', prefix], timeoutMs);
  }

  /** The server tells of FLUSHALL. */
  async markNow(): Promise<void> {}

  async isIntact(): Promise<boolean> {
    return true;
  }

  async test(master: StreamMaster, nonce: string, timeoutMs: number): Promise<boolean> {
    const slots = this.#masters().slots?.slotsOf(master.name);
    const key = this.#keySpace.probe(nonce, slots);
    if (key === undefined) return false;
    await master.run(['SET', key, '', 'PX', PROBE_LIFE_MS], timeoutMs);
    return true;
  }

  #tell(key: Buffer | null, hear: HearNews): void {
    const news = key === null ? { kind: 'all' as const } : this.#newsOf(key);
    if (news !== 'nothing') hear(news);
  }

  #newsOf(key: Buffer): StreamNews | 'nothing' {
    const name = this.#keySpace.name(key);
    if (name !== undefined) return { kind: 'keys', names: [name], own: false };
    const reserved = this.#keySpace.reservedName(key);
    if (reserved === undefined) return 'nothing';
    if (reserved.kind === 'probe') return { kind: 'nonce', nonce: reserved.name };
    return { kind: 'generations', names: [reserved.name], own: false };
  }
}
