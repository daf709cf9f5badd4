/** A codec and a schema of your own, registered by a name that a declaration uses. */
import assert from 'node:assert/strict';
import { ComponentSite, ICodec, IStandardSchema, ITypedCache, loadComponentSite } from 'inversify-cache';
import { z } from 'zod';

// region codec
const csv: ICodec = {
  id: 'csv',
  encode: (value) => Buffer.from((value as string[]).join(',')),
  decode: (bytes) => Buffer.from(bytes).toString().split(','),
};
// endregion
// region schema
const Names: IStandardSchema<string[]> = z.array(z.string().min(1)); // Any Standard Schema.
// endregion

// region register
const site = new ComponentSite();
site.registerComponent(ICodec, csv, 'csv');
site.registerComponent(IStandardSchema, Names, 'Names');
await loadComponentSite('config/typed.yml', { site });
// endregion
const names = site.getComponent<ITypedCache<string[]>>(ITypedCache, 'users');

// region use
const team = await names.getOrSet('team', async () => ['Ada', 'Grace'], { codec: 'csv', schema: Names });
// endregion
assert.deepEqual(team, ['Ada', 'Grace']);
const { codec } = await names.explain('team');
console.log(`${team.join(' and ')}, stored as ${codec}`);
await site.close();
