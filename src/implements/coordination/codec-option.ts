import { z } from 'zod';
import { ICodec } from '../../interfaces/codec.js';
import type { IComponentSite } from '../../interfaces/component-site.js';
import { ArgumentError } from '../../interfaces/errors.js';
import { describeInterface, missingMembers } from '../../interfaces/interface-token.js';
import { PLAIN_CODECS } from '../foundation/codecs/codecs.js';
import { describe } from '../foundation/describe.js';
import { optionKinds } from '../foundation/options/kinds.js';

const NAMES = Object.keys(PLAIN_CODECS);
const CODEC_EXPECTED = `${NAMES.join(', ')}, or the name of an ICodec component`;

/** Option `codec`, in memory and in Redis. */
export function codecOption() {
  return z
    .string()
    .min(1)
    .default('bytes')
    .describe('Format of messages: `json`, `text`, `bytes`, or the name of an `ICodec` component.')
    .register(optionKinds, {
      kind: 'reference',
      interface: 'ICodec',
      besides: NAMES,
      expected: CODEC_EXPECTED,
    });
}

/** Format of the messages, given in code. */
export type CodecOption = keyof typeof PLAIN_CODECS | ICodec;

/** Codec that a declaration names. */
export function declaredCodec(site: IComponentSite, name: string): CodecOption {
  return Object.hasOwn(PLAIN_CODECS, name) ? (name as CodecOption) : site.getComponent(ICodec, name);
}

/**
 * Codec of parsed options.
 *
 * @throws {ArgumentError} for a name that is not built in, because only a declaration can name a component.
 */
export function codecOf(codec: string | ICodec, component: string): ICodec {
  if (typeof codec === 'string' && Object.hasOwn(PLAIN_CODECS, codec)) {
    return PLAIN_CODECS[codec as keyof typeof PLAIN_CODECS];
  }
  const port = describeInterface(ICodec);
  if (typeof codec === 'object' && port !== undefined && missingMembers(port, codec).length === 0)
    return codec;
  throw new ArgumentError(
    `options of ${component}: codec: expected ${NAMES.join(', ')} or an ICodec, got ${describe(codec)}`,
  );
}
