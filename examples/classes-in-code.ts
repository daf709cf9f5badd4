/** A class of your own that is given in code: a bundle has no file that a declaration could name. */
import assert from 'node:assert/strict';
import { ComponentSite, ComponentSiteBuilder } from 'inversify-cache';
import { Greeter, IGreeter } from './greeter.js';

const builder = new ComponentSiteBuilder();
await using site = new ComponentSite();

// region classes-in-code
const declarations = '- { class: Greeter, entries: [{ interface: IGreeter }], greeting: Good evening }';

await builder.loads(site, declarations, { classes: { Greeter } }); // So do loadComponentSite and cacheModule.
// endregion

const greeting = site.getComponent(IGreeter).greet('Ada');
assert.equal(greeting, 'Good evening, Ada!');
console.log(greeting);
