import assert from 'node:assert/strict';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, it } from 'vitest';
import { ROOT } from '../../house/source-tree.js';
import { otherPackage } from '../packages.js';

/** A file that is nowhere on the disk: its imports are there once the packages of this folder are installed. */
const FILE = join(ROOT, 'test/ecosystem/assignments.ts');
const SOURCE = `
import type { KeyValueCache } from '@apollo/utils.keyvaluecache';
import type { Cache } from '@epic-web/cachified';
import type { L2CacheDriver } from 'bentocache/types';
import { bentostore } from 'bentocache';
import type { Store } from 'express-rate-limit';
import type { SessionStore } from '@fastify/session';
import type { SecondaryStorage } from 'better-auth';
import type { AxiosStorage } from 'axios-cache-interceptor';
import type { Cache as EnvelopCache } from '@envelop/response-cache';
import type { ThrottlerStorage } from '@nestjs/throttler';
import * as langchain from '@langchain/core/caches';
import type { KeyvStoreAdapter } from 'keyv';
import type { KeyvStorageAdapter } from 'keyv6';
import type { interceptors } from 'undici';
import type { Driver } from 'unstorage';
import { apolloCache } from '../../src/adapters/apollo.js';
import { axiosStorage } from '../../src/adapters/axios.js';
import { secondaryStorage } from '../../src/adapters/better-auth.js';
import { bentoDriver } from '../../src/adapters/bentocache.js';
import { responseCache } from '../../src/adapters/envelop.js';
import { throttlerStorage } from '../../src/adapters/nest-throttler.js';
import { cachifiedCache } from '../../src/adapters/cachified.js';
import { rateLimitStore } from '../../src/adapters/express-rate-limit.js';
import { fastifySessionStore } from '../../src/adapters/fastify-session.js';
import { keyv6Store, keyvStore } from '../../src/adapters/keyv.js';
import { langchainCache } from '../../src/adapters/langchain.js';
import { undiciCacheStore } from '../../src/adapters/undici.js';
import { unstorageDriver } from '../../src/adapters/unstorage.js';
import type { IKeyValue } from '../../src/interfaces/key-value.js';
import type { ICollectionSite } from '../../src/interfaces/collection-site.js';
import type { ICache, ITypedCache } from '../../src/index.js';

export function assignments(cache: ICache, collections: ICollectionSite, typed: ITypedCache<unknown>, values: IKeyValue) {
  const keyv: KeyvStoreAdapter = keyvStore(cache);
  const keyv6: KeyvStorageAdapter = keyv6Store(cache);
  const fastify: SessionStore = fastifySessionStore(cache);
  const limits: Store = rateLimitStore(collections);
  const apollo: KeyValueCache = apolloCache(cache);
  const cachified: Cache = cachifiedCache(cache);
  const unstorage: Driver = unstorageDriver(cache);
  const bento: L2CacheDriver = bentoDriver(cache);
  const store = bentostore().useL2Layer(bentoDriver(cache));
  const answers: langchain.BaseCache = langchainCache(langchain, cache);
  const undici: NonNullable<NonNullable<Parameters<typeof interceptors.cache>[0]>['store']> = undiciCacheStore(cache);
  const axios: AxiosStorage = axiosStorage(cache);
  const envelop: EnvelopCache = responseCache(typed);
  const throttler: ThrottlerStorage = throttlerStorage(collections);
  const auth: SecondaryStorage = secondaryStorage(values);
  return { auth, axios, envelop, throttler, undici, answers, keyv, keyv6, fastify, limits, apollo, cachified, unstorage, bento, store };
}
`;

describe('types of adapters', () => {
  beforeAll(() => otherPackage('keyv'), 180_000);

  it('every adapter is assignable to the type of the other side', { timeout: 120_000 }, () => {
    const options: ts.CompilerOptions = {
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts', 'lib.es2024.string.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts'],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: ['node'],
      strict: true,
      skipLibCheck: true,
      noEmit: true,
    };
    const host = ts.createCompilerHost(options);
    const { getSourceFile, fileExists, readFile } = host;
    host.fileExists = (path) => path === FILE || fileExists(path);
    host.readFile = (path) => (path === FILE ? SOURCE : readFile(path));
    host.getSourceFile = (path, version, ...rest) =>
      path === FILE ? ts.createSourceFile(path, SOURCE, version) : getSourceFile(path, version, ...rest);
    const program = ts.createProgram([FILE], options, host);
    const source = program.getSourceFile(FILE);
    const problems = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    assert.deepEqual(
      problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
      [],
    );
  });
});
