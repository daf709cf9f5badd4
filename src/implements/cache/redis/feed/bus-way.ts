import { randomBytes } from 'node:crypto';
import type { Link } from '../../../redis/link/link.js';
import type { StreamMaster } from '../../../redis/streams/stream-source.js';
import type { Announcer } from '../announcing/announcer.js';
import { changeChannel, decodeChange, encodeChange, SENDER_BYTES } from '../announcing/change-message.js';
import type { HearNews, StreamNews, StreamWay } from './stream-way.js';

/** Messages of those who make changes, on the channel of the key space. */
export class BusWay implements StreamWay {
  readonly lags = false;
  readonly #announcer: Announcer;
  readonly #prefix: string;
  readonly #db: number | undefined;
  #channel = '';

  /** @param db  Number of the database; `undefined` on a cluster, where the node has an id. */
  constructor(announcer: Announcer, prefix: string, db: number | undefined) {
    this.#announcer = announcer;
    this.#prefix = prefix;
    this.#db = db;
  }

  open(master: StreamMaster, timeoutMs: number, signal: AbortSignal, onEnd: () => void): Promise<Link> {
    return master.open(timeoutMs, signal, onEnd);
  }

  async listen(link: Link, timeoutMs: number, hear: HearNews): Promise<void> {
    const place = this.#db ?? (await link.run(['CLUSTER', 'MYID'], timeoutMs, { text: true }));
    this.#channel = changeChannel(this.#prefix, String(place));
    await link.subscribe('channel', this.#channel, timeoutMs, (payload) => hear(this.#newsOf(payload)));
  }

  async test(master: StreamMaster, nonce: string, timeoutMs: number): Promise<boolean> {
    const message = encodeChange({ kind: 'nonce', sender: randomBytes(SENDER_BYTES), names: [nonce] });
    await master.run(['PUBLISH', this.#channel, message], timeoutMs);
    return true;
  }

  #newsOf(payload: Buffer): StreamNews | undefined {
    const message = decodeChange(payload);
    if (message === undefined) return undefined;
    const { kind, names } = message;
    if (kind === 'all') return { kind };
    if (kind === 'nonce') return { kind, nonce: names[0] ?? '' };
    return { kind, names, own: this.#announcer.isOwn(message) };
  }
}
