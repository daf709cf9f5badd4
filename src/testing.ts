/// <reference types="node" preserve="true" />
export { expectLoads } from './implements/testing/expect-loads.js';
export type {
  Fault,
  FaultControl,
  FaultKind,
  FaultPlan,
  FaultyStoreClass,
} from './implements/testing/faulty-store.js';
export { FaultyStore } from './implements/testing/faulty-store.js';
export { ManualClock } from './implements/testing/manual-clock.js';
export type { Override } from './implements/testing/memory-catalogue.js';
export type { LogRecord, RecordedLogger } from './implements/testing/recorded-logger.js';
export { recordedLogger } from './implements/testing/recorded-logger.js';
export type { TestSiteOptions } from './implements/testing/test-site.js';
export { testSite } from './implements/testing/test-site.js';
