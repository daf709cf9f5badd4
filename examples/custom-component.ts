/** A class of your own in a declaration: its options are checked like those of the built-in classes. */
import assert from 'node:assert/strict';
import { ComponentSite, ComponentSiteBuilder, ConfigurationError } from 'inversify-cache';
import { IGreeter } from './greeter.js';

const base = import.meta.filename; // Path of the declaration; ./greeter.js is relative to it.
const builder = new ComponentSiteBuilder();

await using site = new ComponentSite();
await builder.loads(
  site,
  `
# region custom-component-yaml
- class: ./greeter.js#Greeter
  entries:
    - interface: IGreeter
      name: Polite
  greeting: Good morning
# endregion
`,
  { base },
);
const greeting = site.getComponent(IGreeter, 'Polite').greet('Ada');
assert.equal(greeting, 'Good morning, Ada!');
console.log(greeting);

const wrong = '[{ class: ./greeter.js#Greeter, entries: [{ interface: IGreeter }], greting: Hi, times: 9 }]';
await assert.rejects(builder.loads(site, wrong, { base }), (error) => {
  assert.ok(ConfigurationError.is(error));
  for (const { line, column, path, message, hint } of error.issues) {
    console.log(`${line}:${column} ${path}: ${message}${hint === undefined ? '' : ` (${hint})`}`);
  }
  return error.issues.length === 2;
});
