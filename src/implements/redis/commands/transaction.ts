import type { IClock } from '../../../interfaces/clock.js';
import { ArgumentError, DisposedError, OperationError } from '../../../interfaces/errors.js';
import type {
  CallOptions,
  RedisCommand,
  RedisReply,
  RedisResult,
  RedisWord,
  TransactionRead,
} from '../../../interfaces/redis-command.js';
import { describe } from '../../foundation/describe.js';
import { within } from '../../foundation/waiting/within.js';
import { refusalError } from '../driver/refusal.js';
import type { Link, RunOptions } from '../link/link.js';
import { redirectionOf } from '../topology/cluster/redirection.js';
import { checkedCommand } from './command.js';

const MAX_RETRIES = 100;

/** Commands of a transaction, and its deadline. */
export interface TransactionPlan {
  readonly commands: readonly RedisCommand[] | ((read: TransactionRead) => Promise<readonly RedisCommand[]>);
  readonly watch: readonly RedisWord[];
  readonly clock: IClock;
  /** Time of the deadline, on the clock. */
  readonly giveUpAt: number;
  readonly timeoutMs: number;
  readonly options: RunOptions;
  /** Called when the first command that may change something is about to be sent. */
  readonly onSend: () => void;
}

/**
 * Runs a transaction on a dedicated link. MULTI is sent command by command, because the transactions of node-redis lose
 * the type mapping of replies and decode bytes as strings.
 */
export async function transact(link: Link, plan: TransactionPlan): Promise<readonly RedisResult[] | null> {
  const { watch, options } = plan;
  const left = (): number => Math.max(1, plan.giveUpAt - plan.clock.now());
  if (watch.length > 0) await link.run(['WATCH', ...watch], left(), options);
  const commands = await commandsOf(link, plan, left);
  if (commands.length === 0) {
    if (watch.length > 0) await link.run(['UNWATCH'], left(), options);
    return [];
  }
  plan.onSend();
  // Sent alone: if the access rules refuse MULTI, the following commands would run one by one, not as a transaction.
  await link.run(['MULTI'], left(), options);
  const timeoutMs = left();
  const rest = await Promise.allSettled([
    ...commands.map((command) => link.run(command, timeoutMs, options)),
    link.run(['EXEC'], timeoutMs, options),
  ]);
  const executed = rest.pop();
  if (executed?.status === 'rejected') throw refused(rest, executed.reason);
  const replies = executed?.value as readonly unknown[] | null;
  return replies === null ? null : replies.map(resultOf);
}

/** Checks the commands of a transaction. @throws {ArgumentError} */
export function checkedCommands(commands: readonly RedisCommand[]): RedisWord[][] {
  if (!Array.isArray(commands)) {
    throw new ArgumentError(`expected an array of commands, got ${describe(commands)}`);
  }
  return commands.map((command) => checkedCommand(command));
}

/** Checks how often a transaction may be repeated. @throws {ArgumentError} */
export function checkedRetries(retry: number | undefined, isRepeatable: boolean): number {
  if (retry === undefined || retry === 0) return 0;
  if (!Number.isInteger(retry) || retry < 0 || retry > MAX_RETRIES) {
    throw new ArgumentError(`expected retry as an integer from 0 to ${MAX_RETRIES}, got ${describe(retry)}`);
  }
  if (!isRepeatable) throw new ArgumentError('retry requires watch, and a function that reads again');
  return retry;
}

async function commandsOf(link: Link, plan: TransactionPlan, left: () => number): Promise<RedisWord[][]> {
  const { commands, options, clock, timeoutMs } = plan;
  if (typeof commands !== 'function') return checkedCommands(commands);
  let over = false;
  const read: TransactionRead = async (command, { reply } = {}) => {
    const words = checkedCommand(command);
    // The link may belong to another caller by then.
    if (over) throw new DisposedError('this transaction accepts no more reads');
    const text = reply === undefined ? options.text : textForm(reply);
    return link.run(words, left(), { ...options, text });
  };
  const text = `the transaction was not decided within ${Math.round(timeoutMs)} ms`;
  const late = (): never => {
    throw new OperationError('E_OPERATION_TIMEOUT', text, 'not-sent');
  };
  try {
    return checkedCommands(await within(clock, left(), Promise.resolve(commands(read)), { late }));
  } finally {
    over = true;
  }
}

/**
 * Error of a failed transaction: a redirection, so that it can be followed; otherwise that of EXEC, with its reason.
 */
function refused(queued: readonly PromiseSettledResult<RedisReply>[], reason: unknown): unknown {
  for (const result of queued) {
    if (result.status !== 'rejected' || !OperationError.is(result.reason)) continue;
    if (redirectionOf(result.reason) !== undefined) return result.reason;
    if (OperationError.is(reason) && reason.reason === 'EXECABORT') {
      const text = `${reason.message} (${result.reason.message})`;
      return new OperationError('E_OPERATION_REFUSED', text, 'refused', { reason: 'EXECABORT' });
    }
  }
  return reason;
}

/** Form of a reply, as the link knows it. */
export function textForm(reply: CallOptions['reply']): boolean | 'exact' {
  return reply === 'exact' ? 'exact' : reply === 'text';
}

function resultOf(reply: unknown): RedisResult {
  return reply instanceof Error ? refusalError(reply.message) : (reply as RedisReply);
}
