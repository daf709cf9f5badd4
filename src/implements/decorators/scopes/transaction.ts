import { ArgumentError } from '../../../interfaces/errors.js';
import type { ITransactions } from '../../../interfaces/transactions.js';
import { runWithin, surroundingsNow } from './surroundings.js';
import { foreignTransaction, OwnTransaction, type TransactionScope } from './transaction-scope.js';

/** Outcome of a transaction that failed: nothing was changed, or nobody knows. */
export type TransactionOutcome = 'rolled-back' | 'unknown';

/** Options of `transaction`. */
export interface TransactionRunOptions {
  /**
   * Tells the outcome of a failure. Default: `unknown` for an error that tells of a lost connection or a timeout (by its
   * code or its message, or that of its cause), and `rolled-back` for any other.
   */
  readonly outcome?: ((error: unknown) => TransactionOutcome) | undefined;
}

/**
 * Runs a transaction of a database, for the caches of decorated methods and `cached` functions in it: evictions wait for
 * the commit, are dropped when the function fails, and are done when its outcome is unknown. Nothing that is loaded
 * inside is stored or shared, for it may be uncommitted; what was evicted inside is a miss inside. A put becomes an
 * eviction. A transaction in a transaction is part of it.
 *
 * @example
 * ```ts
 * await transaction(() => db.transaction(() => service.rename(2, 'Grace'))); // Evicts after the commit.
 * ```
 */
export async function transaction<R>(
  run: () => R | Promise<R>,
  { outcome = outcomeOf }: TransactionRunOptions = {},
): Promise<R> {
  if (typeof run !== 'function')
    throw new ArgumentError('transaction: expected a function, got another value');
  if (ownTransaction() !== undefined) return run();
  const own = new OwnTransaction();
  let result: R;
  try {
    result = await runWithin({ transaction: own }, run);
  } catch (error) {
    if (outcome(error) === 'unknown')
      await own.commit().catch(() => {}); // The error of the transaction tells more.
    else own.rollBack();
    throw error;
  }
  await own.commit();
  return result;
}

/** Transaction in which the caller runs: that of `transaction`, or one of another library. */
export function transactionNow(transactions?: ITransactions): TransactionScope | undefined {
  return ownTransaction() ?? (transactions === undefined ? undefined : foreignTransaction(transactions));
}

function ownTransaction(): OwnTransaction | undefined {
  const { transaction: own } = surroundingsNow();
  return own instanceof OwnTransaction && own.open ? own : undefined;
}

/** Codes of Node, PostgreSQL, MySQL and Prisma for a connection that is lost, and for a commit without an answer. */
const LOST =
  /^(?:ECONN|EPIPE$|ETIMEDOUT$|EHOST|ENET|08|40003$|57P0|PROTOCOL_|P1001$|P1002$|P1008$|P1017$|P2028$|E_CONNECTION_|E_OPERATION_TIMEOUT$)/;
const LOST_IN_WORDS = /connection\b.*\b(?:terminated|lost|closed|ended|reset)|timed? ?out/i;
const MAX_CAUSES = 8;

function outcomeOf(error: unknown): TransactionOutcome {
  let step = error as { code?: unknown; message?: unknown; cause?: unknown } | undefined;
  for (let depth = 0; depth < MAX_CAUSES && typeof step === 'object' && step !== null; depth += 1) {
    if (typeof step.code === 'string' && LOST.test(step.code)) return 'unknown';
    if (typeof step.message === 'string' && LOST_IN_WORDS.test(step.message)) return 'unknown';
    step = step.cause as typeof step;
  }
  return 'rolled-back';
}
