/** The errors of calls, each provoked: who must act, and whether the command may have run. */
import assert from 'node:assert/strict';
import {
  ArgumentError,
  CodecError,
  ComponentError,
  ConnectionError,
  DisposedError,
  MemoryCache,
  OperationError,
  RedisCache,
  TypedCache,
} from 'inversify-cache';

const cache = new MemoryCache();
const users = new TypedCache({ store: cache, namespace: 'users', hardTimeout: '20ms' });
const redis = new RedisCache({ host: '127.0.0.1', port: 1, failureMode: 'throw' }); // A closed port.
const key = 'user:7';
const caught = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

let error = await caught(redis.getValue(key));
// region component-error
if (ComponentError.is(error)) console.log(error.name, error.code); // ConnectionError E_CONNECTION_REFUSED
// endregion
// region connection-error
if (ConnectionError.is(error) && error.outcome === 'not-sent') console.log('safe to repeat:', error.code);
// endregion
assert.ok(ConnectionError.is(error));
error = await caught(
  users.getOrSet(key, ({ signal }) => new Promise((_, no) => signal.addEventListener('abort', no))),
);
// region operation-error
if (OperationError.is(error) && error.outcome === 'unknown') console.log('may have run:', error.code);
// endregion
assert.ok(OperationError.is(error));
error = await caught(cache.getValue(''));
// region argument-error
if (ArgumentError.is(error)) console.log('a bug of the caller:', error.message); // A TypeError too.
// endregion
assert.ok(ArgumentError.is(error));
error = await caught(users.set(key, () => 'a function'));
// region codec-error
if (CodecError.is(error)) console.log('cannot be stored:', error.message); // E_ENCODE; nothing was done.
// endregion
assert.ok(CodecError.is(error));
await Promise.all([users.close(), redis.close(), cache.close()]);
error = await caught(cache.getValue(key));
// region disposed-error
if (DisposedError.is(error)) console.log('used after close:', error.message);
// endregion
assert.ok(DisposedError.is(error));
