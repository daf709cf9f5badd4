import { typedHits } from './typed-hits.js';
import { typedMany } from './typed-many.js';
import { typedStampede } from './typed-stampede.js';

/** `TypedCache` against caches with a policy of their own: hits, stampedes, many keys. */
export async function typedCache(): Promise<void> {
  await typedHits();
  await typedStampede();
  await typedMany();
}
