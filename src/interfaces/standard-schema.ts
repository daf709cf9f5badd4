import { defineInterface, type InterfaceToken } from './interface-token.js';

/**
 * A schema of any library that follows Standard Schema (zod, valibot, arktype …), as far as a cache needs it.
 *
 * @see https://standardschema.dev
 */
export interface IStandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
    ) => StandardSchemaResult<Output> | Promise<StandardSchemaResult<Output>>;
  };
}

/** A declaration names a schema that the application has registered under this. */
// biome-ignore lint/suspicious/noExplicitAny: the token of a generic interface stands for all of them.
export const IStandardSchema: InterfaceToken<IStandardSchema<any>> = defineInterface<IStandardSchema>(
  'IStandardSchema',
  ['~standard'],
);

/** What a schema says of a value: what it makes of it, or why it refuses it. */
export type StandardSchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] };
