import { defineInterface, type InterfaceToken } from './interface-token.js';

/**
 * A schema of any library that implements Standard Schema (zod, valibot, arktype …), reduced to what a cache needs.
 *
 * @see https://standardschema.dev
 *
 * @example
 * ```ts
 * const Price: IStandardSchema<number> = z.number().positive(); // zod, valibot, arktype: any Standard Schema.
 * ```
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

/** Token under which the application registers schemas for declarations to name. */
// biome-ignore lint/suspicious/noExplicitAny: the token of a generic interface stands for all of them.
export const IStandardSchema: InterfaceToken<IStandardSchema<any>> = defineInterface<IStandardSchema>(
  'IStandardSchema',
  ['~standard'],
);

/** Result of a validation: the value, which the schema may have converted, or the reasons why it is invalid. */
export type StandardSchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] };
