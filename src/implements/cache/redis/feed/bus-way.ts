import { randomBytes, randomUUID } from 'node:crypto';
import { OperationError } from '../../../../interfaces/errors.js';
import type { KeySpace } from '../../../redis/keys/key-space.js';
import type { Link } from '../../../redis/link/link.js';
import type { StreamMaster, StreamMasters } from '../../../redis/streams/stream-source.js';
import type { Announcer } from '../announcing/announcer.js';
import { changeChannel, decodeChange, encodeChange, SENDER_BYTES } from '../announcing/change-message.js';
import type { HearNews, StreamNews, StreamWay } from './stream-way.js';

/** TTL of the mark: its end costs copies once a day, and leaves nothing behind. */
const MARK_LIFE_MS = String(86_400_000);

/** Messages of those who make changes, on the channel of the key space. */
export class BusWay implements StreamWay {
  readonly lags = false;
  readonly #announcer: Announcer;
  readonly #keySpace: KeySpace;
  readonly #db: number | undefined;
  readonly #masters: () => StreamMasters;
  #channel = '';
  #mark: string | undefined;
  #marks = true;

  /** @param db  Number of the database; `undefined` on a cluster, where the node has an id. */
  constructor(
    announcer: Announcer,
    keySpace: KeySpace,
    db: number | undefined,
    masters: () => StreamMasters,
  ) {
    this.#announcer = announcer;
    this.#keySpace = keySpace;
    this.#masters = masters;
    this.#db = db;
  }

  open(master: StreamMaster, timeoutMs: number, signal: AbortSignal, onEnd: () => void): Promise<Link> {
    return master.open(timeoutMs, signal, onEnd);
  }

  async listen(link: Link, timeoutMs: number, hear: HearNews): Promise<void> {
    const place = this.#db ?? (await link.run(['CLUSTER', 'MYID'], timeoutMs, { text: true }));
    this.#channel = changeChannel(this.#keySpace.prefix, String(place));
    await link.subscribe('channel', this.#channel, timeoutMs, (payload) => hear(this.#newsOf(payload)));
  }

  async markNow(master: StreamMaster, link: Link, timeoutMs: number): Promise<void> {
    this.#mark = undefined;
    await this.isIntact(master, link, timeoutMs);
  }

  async isIntact(master: StreamMaster, link: Link, timeoutMs: number): Promise<boolean> {
    const slots = this.#masters().slots?.slotsOf(master.name);
    const key = this.#keySpace.mark(slots);
    if (key === undefined || !this.#marks) return true;
    const before = this.#mark;
    try {
      let mark = await link.run(['GET', key], timeoutMs, { text: true });
      if (mark === null) {
        await master.run(['SET', key, randomUUID(), 'NX', 'PX', MARK_LIFE_MS], timeoutMs);
        mark = await link.run(['GET', key], timeoutMs, { text: true });
      }
      this.#mark = String(mark);
      return before === undefined || before === this.#mark;
    } catch (error) {
      if (!(OperationError.is(error) && error.outcome === 'refused')) throw error;
      // Not for this user, or a server without RESP3, which answers no such question to a subscriber. A full server
      // may take the mark later.
      this.#marks = error.reason !== 'NOPERM' && error.reason !== 'ERR';
      this.#mark = undefined;
      return before === undefined || !this.#marks;
    }
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
