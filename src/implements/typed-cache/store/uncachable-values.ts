import type { ILogger } from '../../../interfaces/logger.js';
import { pathText } from '../../foundation/codecs/values/path.js';
import { refusedPart } from '../../foundation/codecs/values/refusal.js';
import { describe } from '../../foundation/describe.js';

const MAX_KEYS = 10_000;
const MAX_PLACES = 1000;

/** Loaded values that their codec refused: logs each place once, and knows their keys. */
export class UncachableValues {
  readonly #logger: ILogger;
  readonly #cache: string;
  readonly #keys = new Set<string>();
  readonly #places = new Set<string>();

  constructor(logger: ILogger, cache: string) {
    this.#logger = logger;
    this.#cache = cache;
  }

  /** `true` when the last value that was loaded for a key was refused. */
  has(name: string): boolean {
    return this.#keys.size > 0 && this.#keys.has(name);
  }

  /** Forgets the refusal of a key, because a value of it was encoded. */
  end(name: string): void {
    if (this.#keys.size > 0) this.#keys.delete(name);
  }

  /** Notes that a codec refused a value, and logs it unless the same place and class were logged before. */
  add(name: string, value: unknown, codec: string, error: unknown): void {
    this.#keys.delete(name);
    remember(this.#keys, name, MAX_KEYS);
    const { path, part } = refusedPart(value);
    // Items of a list are one place.
    const place = pathText(path).replace(/\[\d+\]/g, '[*]');
    const kind = classOf(part);
    const known = `${codec} ${kind} ${place}`;
    if (this.#places.has(known)) return;
    remember(this.#places, known, MAX_PLACES);
    this.#logger.warning(
      'a value can never be cached, so every call loads it: its codec refuses a part of it',
      { cache: this.#cache, codec, path: place, class: kind },
      error,
    );
  }
}

function remember(set: Set<string>, item: string, max: number): void {
  if (set.size >= max) {
    for (const oldest of set) {
      set.delete(oldest);
      break;
    }
  }
  set.add(item);
}

/** Name of the class of an object; otherwise the type of the value, never its content. */
function classOf(part: unknown): string {
  try {
    const name = typeof part === 'object' ? (part as object | null)?.constructor.name : undefined;
    if (typeof name === 'string' && name !== '') return name.slice(0, 100);
  } catch {
    // A getter that throws.
  }
  return describe(part);
}
