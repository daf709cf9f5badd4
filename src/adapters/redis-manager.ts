export type {
  RouteMqFields,
  RouteMqHashes,
  RouteMqRedis,
  RouteMqSetOptions,
} from '../implements/adapters/route-mq.js';
export { redisManager } from '../implements/adapters/route-mq.js';
