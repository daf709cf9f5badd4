import { describe, expect, it } from 'vitest';
import { parseRedisUrl, type UrlParts, urlRefusal } from '../../../src/implements/redis/options/redis-url.js';

const NONE = { host: undefined, port: undefined, path: undefined, db: undefined };
const NOBODY = { username: undefined, password: undefined };
const parts = (some: Partial<UrlParts>): UrlParts => ({ ...NONE, ...NOBODY, tls: false, ...some });

describe('URLs of Redis', () => {
  it.each<[string, UrlParts]>([
    ['redis://h', parts({ host: 'h' })],
    ['redis://h/', parts({ host: 'h' })],
    ['redis://h:65535/12/', parts({ host: 'h', port: 65_535, db: 12 })],
    ['redis:///3', parts({ db: 3 })],
    ['REDIS://h', parts({ host: 'h' })],
    ['valkeys://h', parts({ host: 'h', tls: true })],
    ['tcp://h:1', parts({ host: 'h', port: 1 })],
    ['redis://[::1]:6379', parts({ host: '::1', port: 6379 })],
    ['redis://u:p@h?db=123', parts({ host: 'h', username: 'u', password: 'p', db: 123 })],
    ['redis://:p%40%2F@h', parts({ host: 'h', password: 'p@/' })],
    ['redis://h?family=0&ssl_cert_reqs=required', parts({ host: 'h' })],
    ['rediss://h?ssl_cert_reqs=CERT_REQUIRED', parts({ host: 'h', tls: true })],
    ['unix:///run/r%20s?db=12', parts({ path: '/run/r s', db: 12 })],
    ['unix:///run/a@b', parts({ path: '/run/a@b' })],
    ['unix://u:p@localhost/run', parts({ path: '/run', username: 'u', password: 'p' })],
  ])('a URL has the parts that it names, and no others: %s', (url, expected) => {
    expect(parseRedisUrl(url)).toEqual(expected);
  });

  const encode = /; percent-encode special characters of user name and password/;
  it.each<[string, RegExp]>([
    ['redis://h h', /; it contains white space or a line break$/],
    ['xredis://h', /; its scheme is none of redis, rediss/],
    ['-redis://h', /; its scheme is none of/],
    ['redis://u:a#b@h', /; it contains a #; percent-encode/],
    ['redis://u:a/b@h', /; an @ follows its path; percent-encode/],
    ['redis://u:a?b@h', /; an @ follows its path; percent-encode/],
    ['redis://h:0', /; its port is no number from 1 to 65535$/],
    ['redis://h:65536', /; its port is no number from 1 to 65535$/],
    ['redis://u:p@h:6379x/1', /; its port is no number from 1 to 65535$/],
    ['redis://h:x6379', /; its port is no number from 1 to 65535$/],
    ['redis://u:1@[::1', encode],
    ['redis://h^', encode],
    ['redis://h^:1', encode],
    ['redis://h^:65535', encode],
    ['redis://h^:', encode],
    ['redis://%zz@h', /; it contains a % that begins no escape; percent-encode/],
    ['redis://h/x', /; its path is no database number$/],
    ['redis://h/1234567890', /; its path is no database number$/],
    ['redis://h/1?db=2', /; its path and its query both name a database$/],
    ['redis://h?db=1&db=2', /; its query sets something other than db; declare it as an option$/],
    ['redis://h?db=x1', /; its query sets something other than db; declare it as an option$/],
    ['redis://h?db=1x', /; its query sets something other than db; declare it as an option$/],
    ['redis://h?family=4', /; its query sets something other than db; declare it as an option$/],
    ['redis://h?other=0', /; its query sets something other than db; declare it as an option$/],
    [
      'rediss://h?ssl_cert_reqs=none',
      /; its query sets ssl_cert_reqs; to accept any certificate, declare tls/,
    ],
    ['unix://host/run', /; it names a host; write unix:\/\/\/path$/],
    ['unix:///', /; it has no path$/],
    ['unix:///run?db=x', /; its query sets something other than db$/],
    ['unix:///run?x=1', /; its query sets something other than db$/],
    ['unix:///run%zz', /; its path contains a % that begins no escape$/],
  ])('a URL is refused with its fault, and without its text: %s', (url, fault) => {
    expect(parseRedisUrl(url)).toBeUndefined();
    expect(urlRefusal(url)).toMatch(fault);
    if (url !== 'unix:///') expect(urlRefusal(url)).not.toContain(url);
  });
});
