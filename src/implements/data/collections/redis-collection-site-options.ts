import { z } from 'zod';
import type { CodecOption } from '../../foundation/codecs/codec-option.js';
import {
  type ComponentConnection,
  type ComponentConnectionOption,
  checkComponentConnection,
  componentConnectionShape,
  prefixOption,
  type UncheckedComponentConnection,
} from '../../redis/component-connection.js';
import { collectionShape } from './collection-options.js';

export const redisCollectionSiteSchema = z
  .strictObject({
    ...componentConnectionShape,
    prefix: prefixOption()
      .default('collection:')
      .describe(
        "Prefix of every name, used as it is. Sites with the same prefix share their collections; `''` leaves names as they are.",
      ),
    ...collectionShape,
  })
  .superRefine(checkComponentConnection)
  .describe('Counters, hashes, lists, sets and sorted sets in Redis.');

type Written = Omit<z.input<typeof redisCollectionSiteSchema>, ComponentConnectionOption | 'codec'> & {
  /** Format of items. Default: `bytes`. */
  readonly codec?: CodecOption | undefined;
};

/** Options of a `RedisCollectionSite` that is constructed in code: over a `connection`, or with one of its own. */
export type RedisCollectionSiteOptions = ComponentConnection & Written;

/** Options whose relations are unchecked by types: for a declaration the schema checks them. */
export type UncheckedCollectionSiteOptions = UncheckedComponentConnection & Written;
