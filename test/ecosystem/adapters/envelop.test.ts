import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { responseCache } from '../../../src/adapters/envelop.js';
import { TypedCache } from '../../../src/index.js';
import { type CacheUnderTest, openCache, PLACES } from '../../adapters/cache-under-test.js';
import { eventually } from '../../support/time/eventually.js';
import { otherPackage } from '../packages.js';

interface Enveloped {
  parse(source: string): unknown;
  execute(options: object): Promise<{ data: unknown }>;
  readonly contextFactory: () => unknown;
  readonly schema: unknown;
}
type Envelop = (options: object) => (context?: object) => Enveloped;

const TYPES = `
  type User { id: ID! name: String! }
  type Query { user(id: ID!): User }
  type Mutation { rename(id: ID!, name: String!): User }
`;

describe.each(PLACES)('the response cache of envelop over %s', (where) => {
  let subject: CacheUnderTest;

  beforeAll(async () => {
    await otherPackage('@envelop/core');
    subject = await openCache(where);
  });
  afterAll(() => subject?.close());

  it('a query is executed once for two servers, and again after a mutation of what it is about', async () => {
    const graphql = await otherPackage<Record<string, unknown>>('graphql');
    const { envelop, useEngine, useSchema } = await otherPackage<{
      envelop: Envelop;
      useEngine(engine: object): object;
      useSchema(schema: unknown): object;
    }>('@envelop/core');
    const { useResponseCache } = await otherPackage<{ useResponseCache(options: object): object }>(
      '@envelop/response-cache',
    );
    const { makeExecutableSchema } = await otherPackage<{ makeExecutableSchema(options: object): unknown }>(
      '@graphql-tools/schema',
    );
    const names = new Map([
      ['1', 'Ada'],
      ['2', 'Eve'],
    ]);
    let executed = 0;
    const schema = makeExecutableSchema({
      typeDefs: TYPES,
      resolvers: {
        Query: {
          user: (_: unknown, { id }: { id: string }) => {
            executed += 1;
            return { id, name: names.get(id) };
          },
        },
        Mutation: {
          rename: (_: unknown, { id, name }: { id: string; name: string }) => {
            names.set(id, name);
            return { id, name };
          },
        },
      },
    });
    const serve = () => {
      const store = subject.cache;
      // region envelop
      const typed = new TypedCache({ store, namespace: 'graphql', expire: '1h' });
      const plugin = useResponseCache({ session: () => null, ttl: 60_000, cache: responseCache(typed) });
      // endregion
      const { parse, validate, specifiedRules, execute, subscribe } = graphql;
      const engine = useEngine({ parse, validate, specifiedRules, execute, subscribe });
      const enveloped = envelop({ plugins: [engine, useSchema(schema), plugin] });
      return async (source: string) => {
        const { parse: parsed, execute: run, contextFactory, schema: enriched } = enveloped({});
        const contextValue = await contextFactory();
        return (await run({ document: parsed(source), schema: enriched, contextValue })).data;
      };
    };
    const [one, other] = [serve(), serve()];
    const ask = (id: string) => `query { user(id: "${id}") { __typename id name } }`;
    const first = await one(ask('1'));
    await eventually('the result is stored', async () => {
      const before = executed;
      await other(ask('1'));
      return executed === before;
    });
    await eventually('the result is stored', async () => {
      const before = executed;
      await other(ask('2'));
      return executed === before;
    });
    assert.deepEqual({ ...((await other(ask('1'))) as object) }, { ...(first as object) });
    await one('mutation { rename(id: "1", name: "Ada Lovelace") { __typename id name } }');
    await eventually('the result is forgotten', async () =>
      JSON.stringify(await other(ask('1'))).includes('Lovelace'),
    );
    const before = executed;
    await other(ask('2'));
    assert.equal(executed, before);
  });
});
