import { describe, expect, it } from 'vitest';
import {
  helloError,
  isHelloRefusal,
  lossText,
  openError,
  openTimeout,
} from '../../../src/implements/redis/driver/connect-error.js';
import { because, connectionClosed, unreachable } from '../../../src/implements/redis/driver/unreachable.js';
import {
  ConnectionError,
  DisposedError,
  OperationError,
  ResolutionError,
} from '../../../src/interfaces/errors.js';

const PLAIN = { connectTimeoutMs: 999.6, isTls: false };
const TLS = { connectTimeoutMs: 999.6, isTls: true };
const SPEAKS_TLS = '; if it speaks TLS, declare tls: true or begin the URL with rediss://';
const SPEAKS_NONE = '; if it speaks no TLS, remove tls or begin the URL with redis://';

/** An error of the system with this code. */
const coded = (code: string): Error => Object.assign(new Error('secret detail'), { code });

describe('error of a link that could not be opened', () => {
  it.each([
    new DisposedError('closed'),
    new ResolutionError('E_PEER_MISSING', 'missing'),
    new ConnectionError('E_CONNECTION_AUTH', 'refused', 'not-sent'),
  ])('an error of our own is kept as the reason of a link that could not be opened: $name', (error) => {
    expect(openError(error, false, PLAIN)).toBe(error);
  });

  it('a command that opens a link and fails is told as a failure to connect', () => {
    const late = new OperationError('E_OPERATION_TIMEOUT', 'no answer', 'unknown');
    expect(openError(late, false, PLAIN)).toMatchObject({
      code: 'E_CONNECTION_TIMEOUT',
      outcome: 'not-sent',
      message: 'no connection within 1000 ms',
    });
    const refused = new OperationError('E_OPERATION_REFUSED', 'Redis refused: ERR', 'refused');
    expect(openError(refused, true, PLAIN)).toMatchObject({
      code: 'E_CONNECTION_REFUSED',
      outcome: 'not-sent',
      message: 'Redis refused: ERR',
    });
  });

  it.each([
    'WRONGPASS invalid username-password pair or user is disabled.',
    'NOAUTH Authentication required.',
    'ERR AUTH <password> called without any password configured for the default user.',
  ])('refused credentials have a code of their own, and no detail: %s', (message) => {
    expect(openError(new Error(message), true, PLAIN)).toMatchObject({
      code: 'E_CONNECTION_AUTH',
      outcome: 'not-sent',
      message: 'Redis refused the credentials',
    });
  });

  it('a timeout of the driver is one of ours, whatever a minifier has called its class', () => {
    expect(openError(new Error('Connection timeout'), false, PLAIN)).toMatchObject({
      code: 'E_CONNECTION_TIMEOUT',
      message: 'no connection within 1000 ms',
    });
    expect(openError(new Error('Connection timeout'), false, TLS).message).toBe(
      `no connection within 1000 ms${SPEAKS_NONE}`,
    );
    expect(openTimeout(20).message).toBe('no connection within 20 ms');
  });

  it.each([
    ['ERR max number of clients reached', 'Redis has reached its maxclients'],
    ['ERR DB index is out of range', 'Redis has no database with that number'],
    [
      'LOADING Redis is loading the dataset in memory',
      'Redis refused: LOADING: it is still loading its data',
    ],
  ])('the reply "%s" to a new link is explained', (reply, message) => {
    expect(openError(new Error(reply), true, PLAIN)).toMatchObject({ code: 'E_CONNECTION_REFUSED', message });
  });

  it.each<[Error | string, string, string?]>([
    [coded('ECONNREFUSED'), 'nothing listens there (ECONNREFUSED)'],
    [coded('ENOTFOUND'), 'no such host (ENOTFOUND)'],
    [coded('EAI_AGAIN'), 'no such host (EAI_AGAIN)'],
    [coded('EHOSTUNREACH'), 'EHOSTUNREACH'],
    [
      coded('CERT_HAS_EXPIRED'),
      'its certificate has expired; renew it, or correct the clock of this machine (CERT_HAS_EXPIRED)',
    ],
    [
      coded('ECONNRESET'),
      `the connection broke before Redis answered (ECONNRESET)${SPEAKS_TLS}`,
      `the connection broke before Redis answered (ECONNRESET)${SPEAKS_NONE}`,
    ],
    [
      new Error('Unknown RESP type 21 "\\u0015"'),
      `the server is not Redis without TLS${SPEAKS_TLS}`,
      `the server is not Redis without TLS${SPEAKS_NONE}`,
    ],
    [new Error('Unknown RESP type 72 "H"'), 'the server is not Redis'],
    [new Error('Unknown RESP type 210'), 'the server is not Redis'],
    [
      new Error('no Unknown RESP type 21'),
      `the connection broke before Redis answered${SPEAKS_TLS}`,
      `the connection broke before Redis answered${SPEAKS_NONE}`,
    ],
    [
      new Error('the secret'),
      `the connection broke before Redis answered${SPEAKS_TLS}`,
      `the connection broke before Redis answered${SPEAKS_NONE}`,
    ],
    [
      'thrown text',
      `the connection broke before Redis answered${SPEAKS_TLS}`,
      `the connection broke before Redis answered${SPEAKS_NONE}`,
    ],
  ])(
    'a failure to connect is explained without the message of the driver: %s',
    (error, plain, tls = plain) => {
      expect(openError(error, false, PLAIN)).toMatchObject({
        code: 'E_CONNECTION_REFUSED',
        outcome: 'not-sent',
        message: plain,
      });
      expect(openError(error, false, TLS).message).toBe(tls);
    },
  );
});

describe('refusal of HELLO', () => {
  it.each([
    ["ERR unknown command 'HELLO', with args beginning with: '3'", true],
    ['NOPROTO unsupported protocol version', true],
    ['ERR NOPROTO sorry', true],
    ['ERR unknown command hello', true],
    ['NOAUTH HELLO must be called with the client already authenticated', false],
    ['ERR max number of clients reached', false],
    ['ERR the NOPROTO comes late', false],
    ['ERR othello', false],
  ])('the reply "%s" is a refusal of HELLO: %s', (reply, isOne) => {
    expect(isHelloRefusal(new Error(reply))).toBe(isOne);
  });

  it('a server that takes neither RESP3 nor RESP2 is told in one sentence, and refused credentials as they are', () => {
    const error = helloError(new Error('ERR max number of clients reached'));
    expect(error).toMatchObject({ code: 'E_CONNECTION_REFUSED', outcome: 'not-sent' });
    expect(error.message).toMatch(
      /^the server, or a proxy before it, refuses HELLO, which RESP3 requires \(Redis 6\.0 or later\), and RESP2 does not suffice: Redis has reached its maxclients$/,
    );
    const refused = new Error('WRONGPASS no');
    expect(helloError(refused)).toBe(refused);
  });
});

describe('end of a link', () => {
  it.each([
    [coded('EPIPE'), 'the connection to Redis broke (EPIPE)'],
    [new Error('secret'), 'the connection to Redis broke'],
    [Object.assign(new Error('x'), { code: 7 }), 'the connection to Redis broke'],
    [undefined, 'the connection to Redis broke'],
    [null, 'the connection to Redis broke'],
  ])('the loss of a link is told by its code only: %s', (error, text) => {
    expect(lossText(error)).toBe(text);
  });

  it('a call without a connection keeps the code of its reason', () => {
    const reason = new ConnectionError('E_CONNECTION_AUTH', 'Redis refused the credentials', 'refused');
    expect(unreachable('redis://h:1/0', reason)).toMatchObject({
      code: 'E_CONNECTION_AUTH',
      outcome: 'not-sent',
      message: 'no connection to redis://h:1/0: Redis refused the credentials',
    });
    expect(unreachable('redis://h:1/0', undefined)).toMatchObject({
      code: 'E_CONNECTION_REFUSED',
      message: 'no connection to redis://h:1/0: it is still connecting',
    });
    expect(because('the node h:1', new TypeError('a bug'))).toMatchObject({
      code: 'E_CONNECTION_REFUSED',
      message: 'the node h:1: a bug',
    });
  });

  it('work in progress ends with a closed connection', () => {
    expect(connectionClosed()).toEqual(new DisposedError('the connection was closed'));
  });
});
