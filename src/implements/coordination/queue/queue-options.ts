import { z } from 'zod';
import { codecOption } from '../../foundation/codecs/codec-option.js';
import { durationOption } from '../../foundation/options/duration.js';
import { sizeOption } from '../../foundation/options/size.js';

/** Options of every queue site. */
export const queueShape = {
  codec: codecOption('messages'),
  visibility: durationOption()
    .default(30_000)
    .describe('Time for which a delivery is invisible to other consumers, unless it is settled or extended.'),
  maxProcessing: durationOption()
    .default(3_600_000)
    .describe('Maximum time for which `run` extends the visibility while a handler runs.'),
  maxAttempts: z
    .int()
    .min(1)
    .default(5)
    .describe('Number of deliveries after which a message becomes a dead letter.'),
  backoff: durationOption()
    .default(1000)
    .describe(
      'Pause before the second delivery of a message that was given back; it doubles with each attempt.',
    ),
  maxBackoff: durationOption().default(300_000).describe('Maximum of that pause.'),
  dedupeWindow: durationOption()
    .default(300_000)
    .describe('Time for which a message with an id makes others with the same id duplicates.'),
  maxLength: z
    .int()
    .min(1)
    .default(1_000_000)
    .describe(
      'Maximum number of messages in a queue, and of its dead letters; beyond it, producing answers `full`.',
    ),
  maxMessageBytes: sizeOption()
    .default(8 * 1024 ** 2)
    .describe('Maximum size of an encoded message.'),
};

/** Parsed rules of a queue site. */
export interface QueueRules {
  readonly visibility: number;
  readonly maxProcessing: number;
  readonly maxAttempts: number;
  readonly backoff: number;
  readonly maxBackoff: number;
  readonly dedupeWindow: number;
  readonly maxLength: number;
  readonly maxMessageBytes: number;
}
