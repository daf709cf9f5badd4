/** A site without a file: register components, load declarations from a string, look up, dump. */
import assert from 'node:assert/strict';

// region component-site
import { ComponentSite, ICache, NullCache } from 'inversify-cache';

await using site = new ComponentSite();
site.registerComponent(ICache, new NullCache(), 'Off');

const cache = site.getComponent(ICache, 'Off'); // Throws if there is no such entry.
const absent = site.queryComponent(ICache, 'Absent'); // undefined
// endregion
assert.ok(cache instanceof NullCache);
assert.equal(absent, undefined);

// region component-site-builder
import { ComponentSiteBuilder } from 'inversify-cache';

const builder = new ComponentSiteBuilder();
await builder.loads(site, '- class: MemoryCache\n  entries: [{ interface: ICache, name: Memory }]');

const declarations = builder.dumps(site); // Declarations of the site, as text that loads again.
// endregion
assert.match(declarations, /^- class: MemoryCache/);
console.log(declarations);

// region health
const { status, components } = await site.health(); // For a readiness probe; not for one of liveness.
for (const { name, status, reasons } of components) console.log(name, status, reasons.join('; '));
// endregion
assert.equal(status, 'up');
