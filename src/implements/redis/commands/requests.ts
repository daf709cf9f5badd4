import type { IClock } from '../../../interfaces/clock.js';
import { ArgumentError, DisposedError, OperationError } from '../../../interfaces/errors.js';
import type {
  BlockingOptions,
  CallOptions,
  ExecuteOptions,
  PipelineCommand,
  RedisCommand,
  RedisReply,
  RedisResult,
  RedisScript,
  RedisWord,
  ScriptOptions,
  TransactionOptions,
  TransactionRead,
} from '../../../interfaces/redis-command.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import { checkSignal } from '../../foundation/waiting/abort-listeners.js';
import { allOrFirstFailure } from '../../foundation/waiting/all-or-first-failure.js';
import { slotOf } from '../keys/slot.js';
import type { SupervisedLink } from '../link/supervised-link.js';
import { redirectionOf } from '../topology/cluster/redirection.js';
import type { RedisNode } from '../topology/redis-node.js';
import type { RouteOptions, Topology } from '../topology/topology.js';
import { checkedCommand, checkedText, checkedWords } from './command.js';
import { hiddenWords, hideValue } from './hidden-words.js';
import { awaitReplicas, checkedReplicas } from './replicas.js';
import { checkedCommands, checkedRetries, textForm, transact } from './transaction.js';

const SCAN_PAGE = '512';

/** Requests that a connection runs on the nodes of its topology. */
export class Requests {
  readonly #topology: Topology;
  readonly #clock: IClock;
  readonly #commandTimeoutMs: number;

  constructor(topology: Topology, clock: IClock, commandTimeoutMs: number) {
    this.#topology = topology;
    this.#clock = clock;
    this.#commandTimeoutMs = commandTimeoutMs;
  }

  execute(command: RedisCommand, options: ExecuteOptions | undefined): Promise<RedisReply> {
    const words = checkedCommand(command);
    hideValue(words);
    if (options === undefined) return this.#topology.run(words, this.#commandTimeoutMs);
    return this.#topology.run(words, this.#timeoutMs(options), this.#route(options, options.keys));
  }

  async pipeline(commands: readonly PipelineCommand[], options: CallOptions = {}): Promise<RedisResult[]> {
    if (!Array.isArray(commands)) throw new ArgumentError('expected an array of commands');
    const timeoutMs = this.#timeoutMs(options);
    const carriers = new Map<RedisNode, SupervisedLink>();
    const requests = (commands as readonly PipelineCommand[]).map((each) => ({
      words: checkedCommand(each?.command),
      route: this.#route(options, each.keys),
    }));
    const results = await Promise.allSettled(
      requests.map(({ words, route }) => this.#runOn(carriers, words, timeoutMs, route)),
    );
    return results.map((result) => {
      if (result.status === 'fulfilled') return result.value;
      if (DisposedError.is(result.reason)) throw result.reason;
      return result.reason;
    });
  }

  async transaction(
    commands: readonly RedisCommand[] | ((read: TransactionRead) => Promise<readonly RedisCommand[]>),
    options: TransactionOptions = {},
  ): Promise<readonly RedisResult[] | null> {
    const watch = checkedWords(options.watch ?? [], 'watch');
    const retries = checkedRetries(options.retry, typeof commands === 'function' && watch.length > 0);
    const timeoutMs = this.#timeoutMs(options);
    const route = this.#route(options, [...watch, ...checkedWords(options.keys ?? [], 'keys')]);
    let outcome: 'not-sent' | 'unknown' = 'not-sent';
    const plan = {
      commands: typeof commands === 'function' ? commands : checkedCommands(commands),
      watch,
      clock: this.#clock,
      giveUpAt: this.#clock.now() + timeoutMs,
      timeoutMs,
      options: { text: route?.text },
      onSend: () => {
        outcome = 'unknown';
      },
    };
    const use = { timeoutMs, signal: options.signal, outcome: () => outcome };
    return this.#topology.exclusively(route?.key, use, async (link) => {
      for (let attempt = 0; ; attempt++) {
        const results = await transact(link, plan);
        if (results !== null || attempt === retries) return results;
        outcome = 'not-sent'; // A transaction that met a change has executed nothing.
      }
    });
  }

  async script(
    script: RedisScript,
    keys: readonly RedisWord[],
    args: readonly RedisWord[],
    options: ScriptOptions = {},
  ): Promise<RedisReply> {
    const digest = checkedText(script?.digest, 'the digest of a script');
    const source = checkedText(script.source, 'the source of a script');
    const names = checkedWords(keys, 'keys');
    const tail = [String(names.length), ...names, ...hiddenWords(checkedWords(args, 'arguments'))];
    const timeoutMs = this.#timeoutMs(options);
    const giveUpAt = this.#clock.now() + timeoutMs;
    const route = this.#route(options, names);
    const byDigest = ['EVALSHA', digest, ...tail];
    const byText = ['EVAL', source, ...tail];
    const left = (): number => Math.max(1, giveUpAt - this.#clock.now());
    if (options.inOrder === true) {
      if (options.minReplicas !== undefined) throw new ArgumentError('inOrder conflicts with minReplicas');
      return this.#topology.run(byText, timeoutMs, route);
    }
    if (options.minReplicas === undefined) {
      return unlessUnknown(this.#topology.run(byDigest, timeoutMs, route), () =>
        this.#topology.run(byText, left(), route),
      );
    }
    const minReplicas = checkedReplicas(options.minReplicas);
    let outcome: 'not-sent' | 'unknown' = 'not-sent';
    const use = { timeoutMs, signal: options.signal, outcome: () => outcome };
    const how = { text: route?.text };
    return this.#topology.exclusively(route?.key, use, async (link) => {
      outcome = 'unknown';
      const reply = await unlessUnknown(link.run(byDigest, left(), how), () => link.run(byText, left(), how));
      await awaitReplicas(link, minReplicas, left());
      return reply;
    });
  }

  async blocking(command: RedisCommand, options: BlockingOptions): Promise<RedisReply> {
    const words = checkedCommand(command, 'exclusive');
    const timeoutMs = requireDurationMs(options?.block) + this.#commandTimeoutMs;
    const { signal } = options;
    checkSignal(signal);
    const giveUpAt = this.#clock.now() + timeoutMs;
    const route = this.#route(options, options.keys);
    const use = { timeoutMs: this.#commandTimeoutMs, taskMs: timeoutMs, signal };
    return this.#topology.exclusively(route?.key, use, (link) =>
      link.run(words, Math.max(1, giveUpAt - this.#clock.now()), { text: route?.text }),
    );
  }

  async *scan(pattern: string, options: CallOptions = {}): AsyncIterable<readonly Buffer[]> {
    checkedText(pattern, 'a pattern');
    const timeoutMs = this.#timeoutMs(options);
    const { signal } = options;
    const { masters } = this.#topology;
    if (masters.length === 0) this.#topology.nodeOf(undefined);
    const page = async (node: RedisNode, cursor: string): Promise<[Buffer, Buffer[]]> => {
      const command = ['SCAN', cursor, 'MATCH', pattern, 'COUNT', SCAN_PAGE];
      return (await node.run(command, timeoutMs, { signal })) as [Buffer, Buffer[]];
    };
    // All masters are asked at once, so that those that do not answer cost one timeout together.
    const first = masters.map((node) => settled(page(node, '0')));
    let failure: { readonly reason: unknown } | undefined;
    for (const [index, node] of masters.entries()) {
      let answer = signal?.aborted === true ? await settled(page(node, '0')) : await first[index];
      while (answer?.status === 'fulfilled') {
        const [next, keys] = answer.value;
        if (keys.length > 0) yield keys;
        const cursor = next.toString();
        answer = cursor === '0' ? undefined : await settled(page(node, cursor));
      }
      if (answer === undefined) continue;
      if (signal?.aborted === true || DisposedError.is(answer.reason)) throw answer.reason;
      failure ??= answer;
    }
    if (failure !== undefined) throw failure.reason;
  }

  /** Runs a command on every master; replies are strings. */
  async askMasters(words: readonly string[], options: CallOptions = {}): Promise<[RedisNode, RedisReply][]> {
    const timeoutMs = this.#timeoutMs(options);
    const { masters } = this.#topology;
    if (masters.length === 0) this.#topology.nodeOf(undefined);
    const { signal } = options;
    return allOrFirstFailure(
      masters.map(
        async (node): Promise<[RedisNode, RedisReply]> => [
          node,
          await node.run(words, timeoutMs, { text: true, signal }),
        ],
      ),
    );
  }

  /** Runs a command on the link of the other commands to its node, so that they keep their order. */
  async #runOn(
    carriers: Map<RedisNode, SupervisedLink>,
    words: readonly RedisWord[],
    timeoutMs: number,
    route: RouteOptions | undefined,
  ): Promise<RedisReply> {
    const giveUpAt = this.#clock.now() + timeoutMs;
    const node = this.#topology.nodeOf(route?.key);
    const carrier = carriers.get(node) ?? node.carrier;
    carriers.set(node, carrier);
    try {
      return await carrier.run(words, timeoutMs, route);
    } catch (error) {
      if (redirectionOf(error) === undefined) throw error;
      return this.#topology.run(words, Math.max(1, giveUpAt - this.#clock.now()), route);
    }
  }

  /** @throws {ArgumentError} for a timeout or a signal that is none. */
  #timeoutMs({ timeout, signal }: CallOptions): number {
    if (signal !== undefined) checkSignal(signal);
    return timeout === undefined ? this.#commandTimeoutMs : requireDurationMs(timeout);
  }

  /** @throws {ArgumentError} when the keys are in several slots. */
  #route(
    { signal, reply, readOnly }: ExecuteOptions & { readonly signal?: AbortSignal | undefined },
    keys: readonly RedisWord[] | undefined,
  ): RouteOptions | undefined {
    const key = this.#topology.sharded ? this.#keyOf(keys) : undefined;
    const text = textForm(reply);
    if (key === undefined && signal === undefined && text === false) return undefined;
    return { key, readOnly, signal, text };
  }

  #keyOf(keys: readonly RedisWord[] | undefined): RedisWord | undefined {
    const [first, ...rest] = checkedWords(keys ?? [], 'keys');
    if (first === undefined || rest.length === 0) return first;
    const slot = slotOf(first);
    if (rest.every((key) => slotOf(key) === slot)) return first;
    throw new ArgumentError(
      'expected keys in one slot, got keys in several; give them a common hash tag {…}',
    );
  }
}

async function settled<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([promise]);
  return result;
}

/** Runs a script by its text where the server does not know its digest. */
async function unlessUnknown(
  reply: Promise<RedisReply>,
  byText: () => Promise<RedisReply>,
): Promise<RedisReply> {
  try {
    return await reply;
  } catch (error) {
    if (!(OperationError.is(error) && error.reason === 'NOSCRIPT')) throw error;
    return byText();
  }
}
