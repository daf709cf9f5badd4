import { createHash } from 'node:crypto';

/** Ids up to this length are written out. */
const MAX_ID_BYTES = 48;

/** Names of the keys of queues: those of one queue share a hash tag, and no two queues share a name. */
export class QueueKeys {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Keys of every script, in its order. */
  all(queue: string): string[] {
    const tag = this.#tag(queue);
    const parts = ['ready', 'delayed', 'flying', 'messages', 'marks', 'dead', 'letters', 'state', 'waiting'];
    return parts.map((part) => `${tag}:${part}`);
  }

  /** Key of the last answer to a sender of requests. */
  request(queue: string, sender: string): string {
    return `${this.#tag(queue)}:request:${sender}`;
  }

  /** Key of an id that is known for a while. */
  id(queue: string, id: string): string {
    const isShort = Buffer.byteLength(id) <= MAX_ID_BYTES;
    const text = isShort ? `=${id}` : `#${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
    return `${this.#tag(queue)}:id:${text}`;
  }

  /** Injective, and without a brace that would end the hash tag early. */
  #tag(queue: string): string {
    return `${this.#prefix}{${queue.replace(/[%{}]/g, (character) => encodeURIComponent(character))}}`;
  }
}
