/** An outage in your logs and metrics: one warning, and a message for each call that it cost. */
import assert from 'node:assert/strict';
// region watch-failures
import { subscribe } from 'node:diagnostics_channel';
import { Container } from 'inversify';
import { type DegradedMessage, ICache, type ILogger, ILoggerSite, loadComponentSite } from 'inversify-cache';

const logger: ILogger = {
  info: (message) => console.log('info    ', message),
  warning: (message, attributes) => console.log('warning ', message, attributes),
  error: (message, attributes, error) => console.log('error   ', message, attributes, error),
};
const container = new Container();
container.bind<ILoggerSite>(ILoggerSite).toConstantValue({ getLogger: (_topic) => logger });

subscribe('inversify-cache:degraded', (message) => {
  const { component, operation, code } = message as DegradedMessage; // No key, no value.
  console.log('degraded', component, operation, code);
});
// endregion

const unreachable = { REDIS_URL: 'redis://127.0.0.1:1' };
await using site = await loadComponentSite('config/redis.yml', { container, env: unreachable });
const cache = site.getComponent(ICache, 'Redis');
for (const key of ['a', 'b', 'c']) assert.equal(await cache.getValue(key), null);
