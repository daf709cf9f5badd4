import type { Produced, QueueStats } from '../../../../interfaces/queue.js';

/** A message that is to be stored. */
export interface MessageToStore {
  readonly id: string;
  readonly payload: Uint8Array;
  /** 0 for none. */
  readonly delayMs: number;
  /** `true` when the caller gave the id, so that a repetition is a duplicate. */
  readonly isUnique: boolean;
}

/** Proof that a message is ours: it is stale once the message was handed out again. */
export interface Receipt {
  /** Place of the message in its queue, which no other message ever has. */
  readonly handle: string;
  /** Number of deliveries, this one included. */
  readonly attempt: number;
  /** Random text of the request that handed it out. */
  readonly token: string;
}

/** A message that was handed out. */
export interface TakenMessage {
  readonly receipt: Receipt;
  readonly id: string;
  readonly payload: Uint8Array;
  readonly producedAt: number;
}

/** A request for messages. It may be repeated while it was not answered: it then has the same messages. */
export interface TakeRequest {
  readonly queue: string;
  /** Name of the consumer, which no other one has. */
  readonly consumer: string;
  /** Number of the request, which grows with each one that was answered. */
  readonly number: number;
  readonly count: number;
  readonly visibilityMs: number;
}

export interface TakeAnswer {
  readonly messages: readonly TakenMessage[];
  /** Time for which the messages are certainly invisible, from before the request. */
  readonly visibleMs: number;
  /** Time until there may be more; `undefined` when nothing is known to come. */
  readonly nextMs: number | undefined;
}

/** End of a delivery. */
export type Settlement =
  | { readonly verb: 'ack'; readonly receipt: Receipt }
  | {
      /** `bury` makes a dead letter at once. */
      readonly verb: 'nack' | 'bury';
      readonly receipt: Receipt;
      readonly delayMs: number;
      readonly reason: string;
    };

/** Messages that nobody has seen, and a request that was not answered: both are taken back. */
export interface ReturnRequest {
  readonly queue: string;
  readonly consumer: string;
  /** Number of the last request, whose messages are given back too; if it is executed later, it takes nothing. */
  readonly number: number;
  readonly receipts: readonly Receipt[];
}

/** A dead letter as it is stored. */
export interface StoredLetter {
  readonly id: string;
  readonly payload: Uint8Array;
  readonly attempts: number;
  readonly reason: string;
  readonly producedAt: number;
  readonly deadAt: number;
}

/** Dead letters in the order of their deaths. */
export interface LetterPage {
  readonly letters: readonly StoredLetter[];
  /** Place after the last of them; `undefined` at the end. */
  readonly next: string | undefined;
}

/** Bounds of one call. */
export interface QueueCall {
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Rules of a store. */
export interface StoreRules {
  readonly maxAttempts: number;
  readonly dedupeWindow: number;
  readonly maxLength: number;
}

/** The queues of all names. Each call is one atomic step. */
export interface QueueStore {
  /** Text that is the same for all consumers of this process, and different in every other; without a colon. */
  readonly process: string;
  /** Stores messages in their order. @returns one outcome per message. */
  produce(
    queue: string,
    messages: readonly MessageToStore[],
    call: QueueCall,
  ): Promise<readonly Produced['outcome'][]>;
  /** Hands out messages, and first makes those ready whose delay or visibility is over. */
  take(request: TakeRequest): Promise<TakeAnswer>;
  /** Ends a delivery. @returns `false` when its receipt is stale. */
  settle(queue: string, settlement: Settlement): Promise<boolean>;
  /** Prolongs the visibility; it never shortens it. @returns `false` when the receipt is stale. */
  extend(queue: string, receipt: Receipt, visibilityMs: number, call: QueueCall): Promise<boolean>;
  /** Gives messages back to the front of the queue, without the attempt. */
  giveBack(request: ReturnRequest): Promise<void>;
  stats(queue: string): Promise<QueueStats>;
  letters(queue: string, after: string | undefined, count: number, call: QueueCall): Promise<LetterPage>;
  /** Puts dead letters back, or deletes them. @param ids  `undefined` for all. @returns their number. */
  end(verb: 'redrive' | 'forget', queue: string, ids: readonly string[] | undefined): Promise<number>;
  purge(queue: string): Promise<number>;
  /** Calls a function when a consumer that found nothing should look again. @returns a function that ends that. */
  listen(consumer: string, wake: () => void): () => void;
  close(): void;
}
