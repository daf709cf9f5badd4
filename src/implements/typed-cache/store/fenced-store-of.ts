import type { ICache } from '../../../interfaces/cache.js';
import type { IClock } from '../../../interfaces/clock.js';
import type { IFencedStore } from '../../../interfaces/fenced-store.js';
import type { ILogger } from '../../../interfaces/logger.js';
import { storeBehind } from '../../foundation/store/store-behind.js';
import { type AnswersByCommands, tokensByCommands } from '../../foundation/store/tokens-by-commands.js';
import { isFenced } from '../policy/component-options.js';
import { ProcessFencedStore } from './process-fenced-store.js';
import { ScriptlessStore } from './scriptless-store.js';

/**
 * Fenced store of a cache: its own; that of the process, if it has none; or both, where a server may refuse the
 * scripts that its own consists of.
 */
export function fencedStore(cache: ICache, clock: IClock, logger: ILogger): IFencedStore {
  if (!isFenced(cache)) return new ProcessFencedStore(cache, clock);
  // A cache that hides failures cannot stand in for scripts.
  const behind = storeBehind(cache);
  if (!answersByCommands(cache) || behind === cache) return cache;
  return new ScriptlessStore(cache, behind as ICache, cache, clock, logger);
}

function answersByCommands(cache: object): cache is AnswersByCommands {
  return tokensByCommands in cache;
}
