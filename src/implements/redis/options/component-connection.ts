import { z } from 'zod';
import type { IRedisConnection } from '../../../interfaces/redis-connection.js';
import { MAX_KEY_BYTES } from '../../foundation/arguments/key.js';
import { referenceOption } from '../../foundation/options/text.js';
import { isPlainPrefix } from '../keys/key-space.js';
import { checkConnectionOptions } from './connection-checks.js';
import { connectionShape } from './connection-shape.js';
import type { WrittenConnection } from './connection-way.js';

/** Options of a component in Redis: a shared connection, or those of one of its own. */
export const componentConnectionShape = {
  connection: referenceOption('IRedisConnection')
    .optional()
    .describe(
      'Shared `RedisConnection`. Conflicts with all options of a connection except `commandTimeout`.',
    ),
  ...connectionShape,
};

/** Option `prefix` of a component in Redis, without default and description. */
export function prefixOption() {
  return z
    .string()
    .refine(
      (prefix) => prefix.isWellFormed() && Buffer.byteLength(prefix) <= MAX_KEY_BYTES,
      `expected a prefix of at most ${MAX_KEY_BYTES} bytes as UTF-8, without lone surrogates`,
    )
    .refine(isPlainPrefix, 'expected a prefix without braces, or with one whole hash tag {…}');
}

type Checked = Parameters<typeof checkConnectionOptions>[0] & { readonly connection?: unknown };

/** Checks that options of a connection do not stand beside a shared one. */
export function checkComponentConnection(options: Checked, context: z.RefinementCtx): void {
  checkConnectionOptions(options, context);
  if (options.connection === undefined) return;
  for (const name of Object.keys(connectionShape)) {
    if (name === 'commandTimeout' || options[name as keyof Checked] === undefined) continue;
    context.addIssue({
      code: 'custom',
      path: [name],
      message: 'conflicts with connection, which already sets it',
    });
  }
}

/** Options over a shared connection, which sets address and user; only the timeout can be chosen. */
export type OverConnection = {
  /** Shared connection: the component neither starts nor closes it. Default: a connection of its own. */
  readonly connection: IRedisConnection;
  readonly commandTimeout?: WrittenConnection['commandTimeout'];
} & { readonly [Own in Exclude<keyof WrittenConnection, 'commandTimeout'>]?: undefined };
