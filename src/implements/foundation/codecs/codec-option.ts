import { z } from 'zod';
import { ICodec } from '../../../interfaces/codec.js';
import type { IComponentSite } from '../../../interfaces/component-site.js';
import { ArgumentError } from '../../../interfaces/errors.js';
import { describeInterface, missingMembers } from '../../../interfaces/interface-token.js';
import { describe } from '../describe.js';
import { optionKinds } from '../options/kinds.js';
import { PLAIN_CODECS } from './codecs.js';

const NAMES = Object.keys(PLAIN_CODECS);
const CODEC_EXPECTED = `${NAMES.join(', ')}, or the name of an ICodec component`;

/** Option `codec` of a component whose values other programs read too. @param what  Values, in the plural. */
export function codecOption(what: string) {
  return z
    .string()
    .min(1)
    .default('bytes')
    .describe(`Format of ${what}: \`json\`, \`text\`, \`bytes\`, or the name of an \`ICodec\` component.`)
    .register(optionKinds, {
      kind: 'reference',
      interface: 'ICodec',
      besides: NAMES,
      expected: CODEC_EXPECTED,
    });
}

/** Format of values, given in code. */
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
