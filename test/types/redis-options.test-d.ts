import { describe, expectTypeOf, it } from 'vitest';
import type {
  ICredentialsProvider,
  IRedisConnection,
  RedisCacheOptions,
  RedisConnectionOptions,
} from '../../src/index.js';

declare const credentials: ICredentialsProvider;
declare const connection: IRedisConnection;
const sentinels = [{ host: 'one' }];
const nodes = [{ host: 'one' }];

type Fits<Options> = Options extends RedisConnectionOptions ? 'taken' : 'refused';
type Sentinels = typeof sentinels;
type Nodes = typeof nodes;

describe('RedisConnectionOptions', () => {
  it('connection options name one way to Redis', () => {
    expectTypeOf<Fits<Record<never, never>>>().toEqualTypeOf<'taken'>();
    expectTypeOf<Fits<{ host: string; port: number; db: number; tls: true }>>().toEqualTypeOf<'taken'>();
    expectTypeOf<Fits<{ path: string; db: number }>>().toEqualTypeOf<'taken'>();
    expectTypeOf<Fits<{ url: string; tls: true; password: string }>>().toEqualTypeOf<'taken'>();
    expectTypeOf<
      Fits<{ sentinels: Sentinels; name: string; natMap: Record<string, string>; db: number }>
    >().toEqualTypeOf<'taken'>();
    expectTypeOf<Fits<{ nodes: Nodes; readFrom: 'replica'; cluster: true }>>().toEqualTypeOf<'taken'>();
    expectTypeOf<
      Fits<{ fromEnv: true; commandTimeout: '1s'; clientName: string }>
    >().toEqualTypeOf<'taken'>();
  });

  it('connection options with two ways to Redis, or with half of one, are refused', () => {
    expectTypeOf<Fits<{ url: string; host: string }>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Fits<{ url: string; db: number }>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Fits<{ path: string; port: number }>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Fits<{ path: string; tls: true }>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Fits<{ host: string; nodes: Nodes }>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Fits<{ sentinels: Sentinels; name: string; nodes: Nodes }>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Fits<{ sentinels: Sentinels; name: string; url: string }>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Fits<{ sentinels: Sentinels }>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Fits<{ name: string }>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Fits<{ host: string; natMap: Record<string, string> }>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Fits<{ readFrom: 'replica' }>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Fits<{ cluster: true }>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Fits<{ nodes: Nodes; cluster: false }>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Fits<{ nodes: Nodes; db: 1 }>>().toEqualTypeOf<'refused'>();
  });

  it('connection options take user and password, or a credentials provider', () => {
    expectTypeOf<Fits<{ username: string; password: string; nodes: Nodes }>>().toEqualTypeOf<'taken'>();
    expectTypeOf<Fits<{ credentials: ICredentialsProvider; url: string }>>().toEqualTypeOf<'taken'>();
    expectTypeOf<Fits<{ credentials: ICredentialsProvider; password: string }>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Fits<{ credentials: ICredentialsProvider; username: string }>>().toEqualTypeOf<'refused'>();
  });
});

describe('RedisCacheOptions', () => {
  it('cache options take a shared connection, or options of their own connection', () => {
    const options: RedisCacheOptions[] = [
      { connection, prefix: 'a:', commandTimeout: '1s' },
      { host: 'a', prefix: 'a:', failureMode: 'throw' },
      { nodes, credentials },
      { sentinels, name: 'main' },
    ];
    expectTypeOf(options).items.toExtend<RedisCacheOptions>();
    expectTypeOf<{ connection: IRedisConnection; host: string }>().not.toExtend<RedisCacheOptions>();
    expectTypeOf<{ connection: IRedisConnection; password: string }>().not.toExtend<RedisCacheOptions>();
    expectTypeOf<{ nodes: Nodes; path: string }>().not.toExtend<RedisCacheOptions>();
  });
});
