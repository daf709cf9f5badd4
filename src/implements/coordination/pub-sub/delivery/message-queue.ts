/** A message as it arrived; its bytes belong to who holds it. */
export interface Arrival {
  readonly channel: string;
  readonly payload: Uint8Array;
}

/** Memory of a message besides its bytes: objects, and its place in the list. */
const OVERHEAD_BYTES = 100;
/** Number of handled messages in front of the list at which it is copied. */
const SPENT = 64;

/** A bounded queue of messages, which drops the oldest. */
export class MessageQueue {
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  #messages: (Arrival | undefined)[] = [];
  #first = 0;
  #bytes = 0;

  constructor(maxMessages: number, maxBytes: number) {
    this.#maxMessages = maxMessages;
    this.#maxBytes = maxBytes;
  }

  /** Appends a message. @returns Number of messages dropped for it, or 1 when it alone is larger than the queue. */
  push(message: Arrival): number {
    const bytes = sizeOf(message);
    if (bytes > this.#maxBytes) return 1;
    this.#messages.push(message);
    this.#bytes += bytes;
    let dropped = 0;
    while (this.#messages.length - this.#first > this.#maxMessages || this.#bytes > this.#maxBytes) {
      this.shift();
      dropped++;
    }
    return dropped;
  }

  /** Takes the oldest message. */
  shift(): Arrival | undefined {
    const message = this.#messages[this.#first];
    if (message === undefined) return undefined;
    this.#messages[this.#first++] = undefined;
    this.#bytes -= sizeOf(message);
    if (this.#first === this.#messages.length) this.clear();
    else if (this.#first >= SPENT && this.#first * 2 >= this.#messages.length) {
      this.#messages = this.#messages.slice(this.#first);
      this.#first = 0;
    }
    return message;
  }

  clear(): void {
    this.#messages = [];
    this.#first = 0;
    this.#bytes = 0;
  }
}

function sizeOf({ channel, payload }: Arrival): number {
  return payload.byteLength + channel.length + OVERHEAD_BYTES;
}
