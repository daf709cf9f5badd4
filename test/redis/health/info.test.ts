import { expect, it } from 'vitest';
import { parseInfo } from '../../../src/implements/redis/health/info.js';

it('parseInfo reads sections and fields, and turns into numbers only what a number holds exactly', () => {
  const text = [
    'outside:1',
    '# Server',
    'redis_version:7.2.4',
    'tcp_port:6379',
    'offset:-12',
    'ratio:0.25',
    'ratio_long:12.345',
    'large:9007199254740993',
    'large_fraction:90071992547409930.5',
    'odd:1.a',
    'list:a=1,b=2:3',
    'empty:',
    ':without a name',
    'without a colon',
    '',
    '#  Keyspace ',
    'constructor:1',
    '',
  ].join('\r\n');
  const { node, sections } = parseInfo('10.0.0.1:6379', text);
  expect(node).toBe('10.0.0.1:6379');
  expect(Object.keys(sections)).toEqual(['server', 'keyspace']);
  expect({ ...sections.server }).toEqual({
    redis_version: '7.2.4',
    tcp_port: 6379,
    offset: -12,
    ratio: 0.25,
    ratio_long: 12.345,
    large: '9007199254740993',
    large_fraction: '90071992547409930.5',
    odd: '1.a',
    list: 'a=1,b=2:3',
    empty: '',
  });
  expect({ ...sections.keyspace }).toEqual({ constructor: 1 });
});
