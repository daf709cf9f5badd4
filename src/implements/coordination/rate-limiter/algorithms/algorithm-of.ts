import type { Limit } from '../limits.js';
import type { Algorithm } from './algorithm.js';
import { FixedWindow } from './fixed-window.js';
import { SlidingCounter } from './sliding-counter.js';
import { SlidingWindow } from './sliding-window.js';
import { TokenBucket } from './token-bucket.js';

/** Algorithm of a limit; its states are of a type that only itself knows. */
export function algorithmOf(limit: Limit): Algorithm<unknown> {
  switch (limit.algorithm) {
    case 'fixedWindow':
      return new FixedWindow(limit) as Algorithm<unknown>;
    case 'slidingWindow':
      return new SlidingWindow(limit) as Algorithm<unknown>;
    case 'slidingCounter':
      return new SlidingCounter(limit) as Algorithm<unknown>;
    case 'tokenBucket':
      return new TokenBucket(limit) as Algorithm<unknown>;
  }
}
