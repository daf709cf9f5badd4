import type { Produced, QueueStats } from '../../../../../interfaces/queue.js';
import type {
  MessageToStore,
  Receipt,
  Settlement,
  StoredLetter,
  StoreRules,
  TakenMessage,
} from '../queue-store.js';
import { ReadyList } from './ready-list.js';
import { TimeHeap } from './time-heap.js';

const EXPIRED = 'its visibility ran out';

interface Message {
  readonly handle: string;
  readonly id: string;
  readonly payload: Uint8Array;
  /** System time, for people. */
  readonly producedAt: number;
  readonly storedAt: number;
  state: 'ready' | 'delayed' | 'inFlight';
  /** End of the delay or of the visibility. */
  until: number;
  attempts: number;
  token: string;
}

interface Letter extends StoredLetter {
  readonly number: number;
  readonly message: Message;
}

/** Times of one step: of the clock, and of the system. */
export interface Moment {
  readonly now: number;
  readonly wall: number;
}

/** One queue in the memory of this process. */
export class MemoryQueue {
  readonly #rules: StoreRules;
  readonly #messages = new Map<string, Message>();
  readonly #ready = new ReadyList<Message>();
  readonly #delayed = new TimeHeap<Message>();
  readonly #inFlight = new TimeHeap<Message>();
  /** Ids and the ends of their windows, in the order of the ends. */
  readonly #known = new Map<string, number>();
  readonly #letters = new Map<string, Letter>();
  #last = 0;
  #redelivered = 0;
  #staleAcks = 0;

  constructor(rules: StoreRules) {
    this.#rules = rules;
  }

  /** Number of messages that can be handed out at once. */
  get readyCount(): number {
    return this.#ready.length;
  }

  produce({ id, payload, delayMs, isUnique }: MessageToStore, { now, wall }: Moment): Produced['outcome'] {
    const { dedupeWindow, maxLength } = this.#rules;
    for (const [known, end] of this.#known) {
      if (end > now) break;
      this.#known.delete(known);
    }
    if (isUnique && this.#known.has(id)) return 'duplicate';
    if (this.#messages.size >= maxLength || this.#letters.size >= maxLength) return 'full';
    if (isUnique) this.#known.set(id, now + dedupeWindow);
    const handle = String(++this.#last);
    const message: Message = {
      ...{ handle, id, payload, producedAt: wall, storedAt: now },
      ...{ state: 'ready', until: 0, attempts: 0, token: '' },
    };
    this.#messages.set(handle, message);
    if (delayMs > 0) this.#delay(message, now + delayMs);
    else this.#ready.push(message);
    return delayMs > 0 ? 'delayed' : 'queued';
  }

  take(count: number, token: string, visibilityMs: number, moment: Moment): TakenMessage[] {
    this.#settleTime(moment);
    const taken: TakenMessage[] = [];
    while (taken.length < count) {
      const message = this.#ready.shift();
      if (message === undefined) break;
      message.attempts++;
      message.token = token;
      if (message.attempts > 1) this.#redelivered++;
      this.#fly(message, moment.now + visibilityMs);
      const { handle, attempts: attempt, id, payload, producedAt } = message;
      taken.push({ receipt: { handle, attempt, token }, id, payload, producedAt });
    }
    return taken;
  }

  /** Time until a delay or a visibility is over. */
  nextMs({ now }: Moment): number | undefined {
    const ends = [this.#firstOf(this.#delayed, 'delayed'), this.#firstOf(this.#inFlight, 'inFlight')];
    const next = Math.min(...ends.map((message) => message?.until ?? Number.POSITIVE_INFINITY));
    return next === Number.POSITIVE_INFINITY ? undefined : Math.max(0, next - now);
  }

  settle(settlement: Settlement, moment: Moment): boolean {
    const message = this.#of(settlement.receipt);
    if (message === undefined) {
      this.#staleAcks++;
      return false;
    }
    if (settlement.verb === 'ack') this.#messages.delete(message.handle);
    else if (settlement.verb === 'bury' || message.attempts >= this.#rules.maxAttempts)
      this.#bury(message, settlement.reason, moment);
    else if (settlement.delayMs > 0) this.#delay(message, moment.now + settlement.delayMs);
    else {
      message.state = 'ready';
      this.#ready.push(message);
    }
    return true;
  }

  extend(receipt: Receipt, until: number): boolean {
    const message = this.#of(receipt);
    if (message === undefined) return false;
    if (until > message.until) this.#fly(message, until);
    return true;
  }

  giveBack(receipts: readonly Receipt[]): void {
    for (const receipt of receipts.toReversed()) {
      const message = this.#of(receipt);
      if (message === undefined) continue;
      message.attempts--;
      message.state = 'ready';
      this.#ready.unshift(message);
    }
  }

  stats(moment: Moment): QueueStats {
    const { now } = moment;
    this.#settleTime(moment);
    let delayed = 0;
    let inFlight = 0;
    let oldest = Number.POSITIVE_INFINITY;
    for (const { state, storedAt } of this.#messages.values()) {
      if (state === 'delayed') delayed++;
      else oldest = Math.min(oldest, storedAt);
      if (state === 'inFlight') inFlight++;
    }
    return {
      ...{ ready: this.#ready.length, delayed, inFlight, dead: this.#letters.size },
      oldestMs: oldest === Number.POSITIVE_INFINITY ? null : Math.max(0, now - oldest),
      ...{ redelivered: this.#redelivered, staleAcks: this.#staleAcks },
    };
  }

  letters(after: number, count: number): readonly Letter[] {
    const page: Letter[] = [];
    for (const letter of this.#letters.values()) {
      if (letter.number > after) page.push(letter);
      if (page.length === count) break;
    }
    return page;
  }

  end(verb: 'redrive' | 'forget', ids: ReadonlySet<string> | undefined): number {
    let count = 0;
    for (const [handle, { id, message }] of [...this.#letters]) {
      if (ids !== undefined && !ids.has(id)) continue;
      this.#letters.delete(handle);
      count++;
      if (verb === 'forget') continue;
      message.attempts = 0;
      message.state = 'ready';
      this.#messages.set(handle, message);
      this.#ready.push(message);
    }
    return count;
  }

  purge(): number {
    const count = this.#messages.size;
    this.#messages.clear();
    this.#ready.clear();
    this.#delayed.clear();
    this.#inFlight.clear();
    return count;
  }

  /** Makes messages ready whose delay or visibility is over. */
  #settleTime(moment: Moment): void {
    const { now } = moment;
    const expired: Message[] = [];
    for (let first = this.#firstOf(this.#inFlight, 'inFlight'); first !== undefined && first.until <= now; ) {
      this.#inFlight.pop();
      if (first.attempts >= this.#rules.maxAttempts) this.#bury(first, EXPIRED, moment);
      else {
        first.state = 'ready';
        expired.push(first);
      }
      first = this.#firstOf(this.#inFlight, 'inFlight');
    }
    for (const message of expired.reverse()) this.#ready.unshift(message);
    for (let first = this.#firstOf(this.#delayed, 'delayed'); first !== undefined && first.until <= now; ) {
      this.#delayed.pop();
      first.state = 'ready';
      this.#ready.push(first);
      first = this.#firstOf(this.#delayed, 'delayed');
    }
  }

  /** First message of a heap that is still in this state until that time. */
  #firstOf(heap: TimeHeap<Message>, state: Message['state']): Message | undefined {
    for (let first = heap.first; first !== undefined; first = heap.first) {
      const { item, at } = first;
      if (item.state === state && item.until === at && this.#messages.has(item.handle)) return item;
      heap.pop();
    }
    return undefined;
  }

  #of({ handle, attempt, token }: Receipt): Message | undefined {
    const message = this.#messages.get(handle);
    if (message?.state !== 'inFlight' || message.attempts !== attempt) return undefined;
    return message.token === token ? message : undefined;
  }

  #delay(message: Message, until: number): void {
    message.state = 'delayed';
    message.until = until;
    this.#delayed.push(until, message);
  }

  #fly(message: Message, until: number): void {
    message.state = 'inFlight';
    message.until = until;
    this.#inFlight.push(until, message);
  }

  #bury(message: Message, reason: string, { wall }: Moment): void {
    const { handle, id, payload, producedAt, attempts } = message;
    this.#messages.delete(handle);
    const number = ++this.#last;
    this.#letters.set(handle, { id, payload, producedAt, attempts, reason, deadAt: wall, number, message });
  }
}
