import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/implements/site/catalogue.js';
import { interfaceNames } from '../../src/interfaces/interface-token.js';
import '../../src/index.js';
import { probeOptions } from '../site/probe.js';
import { declarationsSchema } from './declarations-schema.js';
import { optionTable } from './option-table.js';

const OF_TESTS = ['IProbe', 'IOther'];

it('config/components.schema.json matches the schemas of the classes, or npm run schema updates it', async () => {
  const names = interfaceNames().filter((name) => !OF_TESTS.includes(name));
  const schema = await declarationsSchema(CATALOGUE, names);
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
    '../../config/components.schema.json',
  );
});

describe('options of the catalogue', () => {
  for (const [name, load] of CATALOGUE) {
    it(`every option of ${name} is described`, async () => {
      const { component } = await load();
      const rows = optionTable(component.options).split('\n').slice(2, -1);
      for (const row of rows) expect(row).toMatch(/^\| `[\w.]+` \| [^|]+ \| [^|]* \| [^|]{10,} \|$/);
    });
  }
});

it('an option table shows name, type, default and meaning', () => {
  const rows = optionTable(probeOptions).split('\n');
  expect(rows.slice(0, 2)).toEqual(['| option | type | default | meaning |', '| --- | --- | --- | --- |']);
  expect(rows).toEqual(
    expect.arrayContaining([
      '| `needs` | name of an `IProbe` |  |  |',
      '| `port` | whole number from 1 to 65535 | `6379` |  |',
      '| `ratio` | number, above 0 and below 1 |  |  |',
      '| `enabled` | true or false | `true` |  |',
      '| `wait` | duration | `1s` |  |',
      '| `room` | size |  |  |',
      '| `mode` | `slow`, `fast` | `fast` |  |',
      '| `password` | string |  |  |',
      '| `url` | URL |  |  |',
      '| `certificate` | path |  |  |',
      '| `server` | map |  |  |',
      '| `server.host` | string | required |  |',
      '| `server.port` | whole number from 1 to 65535 |  |  |',
    ]),
  );
});
