import { createHash } from 'node:crypto';
import { ArgumentError } from '../../../interfaces/errors.js';
import type { LlmRequest } from '../../../interfaces/llm-cache.js';
import { describe } from '../../foundation/describe.js';

const MAX_DEPTH = 64;
/** Changes when the same request must get another key. */
const FORMAT = 1;

/** Key, tags and kin of a request. */
export interface RequestIdentity {
  readonly key: string;
  readonly tags: readonly string[];
  /** Requests that differ in their prompt or messages only have the same. */
  readonly kin: string;
}

/**
 * Identity of a request: SHA-256 of its canonical form, JSON with sorted names.
 *
 * @param kind  Answers as a whole and streams are kept apart.
 * @throws {ArgumentError} for a request that is no plain JSON; names the place, and shows nothing of it.
 */
export function identityOf(kind: 'answer' | 'stream', request: LlmRequest): RequestIdentity {
  if (typeof request !== 'object' || request === null) {
    throw new ArgumentError(`expected a request to a model, got ${describe(request)}`);
  }
  const { provider, model, messages, prompt, tools, parameters, namespace = '' } = request;
  for (const [name, value] of Object.entries({ provider, model, namespace })) {
    if (typeof value !== 'string')
      throw new ArgumentError(`expected a string as ${name}, got ${describe(value)}`);
  }
  if (messages === undefined && prompt === undefined) {
    throw new ArgumentError('expected a request with messages or a prompt, got one without');
  }
  const kin = canonical({ FORMAT, provider, model, tools, parameters, namespace }, 'request', 0);
  const question = canonical({ messages, prompt }, 'request', 0);
  return {
    key: `${kind}:${hash(kin + question)}`,
    tags: tagsOf(model, namespace),
    kin: hash(kin),
  };
}

/** Tags of a model, of a namespace and of both together. */
export function tagsOf(model: string | undefined, namespace: string | undefined): string[] {
  const both =
    model !== undefined && namespace !== undefined
      ? [`both:${hash(JSON.stringify([model, namespace]))}`]
      : [];
  return [
    ...(model === undefined ? [] : [`model:${hash(model)}`]),
    ...(namespace === undefined ? [] : [`namespace:${hash(namespace)}`]),
    ...both,
  ];
}

function canonical(value: unknown, path: string, depth: number): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value !== 'object' || depth > MAX_DEPTH) throw refusal(value, path);
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item, index) => canonical(item, `${path}[${index}]`, depth + 1)).join(',')}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw refusal(value, path);
  const parts = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, part]) => `${JSON.stringify(name)}:${canonical(part, `${path}.${shown(name)}`, depth + 1)}`);
  return `{${parts.join(',')}}`;
}

function shown(name: string): string {
  return /^\w{1,40}$/.test(name) ? name : '…';
}

function refusal(value: unknown, path: string): ArgumentError {
  const got = typeof value === 'number' ? String(value) : describe(value);
  return new ArgumentError(`expected plain JSON of at most ${MAX_DEPTH} levels at ${path}, got ${got}`);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
