/** The errors of declarations and look-ups, each provoked. */
import assert from 'node:assert/strict';
import {
  ComponentNotFoundError,
  ComponentSite,
  ComponentSiteBuilder,
  ConfigurationError,
  ICache,
  ResolutionError,
} from 'inversify-cache';

await using site = new ComponentSite();
const load = (text: string): Promise<unknown> =>
  new ComponentSiteBuilder().loads(site, text).catch((error: unknown) => error);

let error = await load('- class: MemoryCache\n  maxEntries: many\n  maxByte: 1MiB');
// region configuration-error
if (ConfigurationError.is(error)) {
  for (const { line, path, message } of error.issues) console.log(line, path, message); // All problems at once.
}
// endregion
assert.ok(ConfigurationError.is(error) && error.issues.length === 2);

error = await load('- class: MemoryCahce');
// region resolution-error
if (ResolutionError.is(error)) console.log(error.code, error.message); // E_CLASS_UNKNOWN … did you mean MemoryCache?
// endregion
assert.ok(ResolutionError.is(error));

try {
  site.getComponent(ICache, 'Memory');
} catch (thrown) {
  error = thrown;
}
// region component-not-found-error
if (ComponentNotFoundError.is(error)) console.log(error.message); // Names what was asked for, and what exists.
// endregion
assert.ok(ComponentNotFoundError.is(error));
