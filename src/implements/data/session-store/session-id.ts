import { createHash, randomBytes } from 'node:crypto';

/** Bytes of an id: where its session lies (masked), and the secret that opens it. */
const USER_BYTES = 16;
const LINE_BYTES = 12;
const SECRET_BYTES = 20;
const PLACE_BYTES = USER_BYTES + LINE_BYTES;

/** An id as it is written: base64url of 48 bytes, which has one form only. */
const FORM = /^[\w-]{64}$/;

/**
 * Place of a session: its group, which is that of its user, and its line, which stays when its id is regenerated. Both
 * are public, in base64url.
 */
export interface SessionPlace {
  readonly group: string;
  readonly line: string;
}

/** An id, the place that it leads to, and the SHA-256 by which the store recognises it. */
export interface SessionAccess extends SessionPlace {
  readonly id: string;
  readonly digest: string;
}

/** Place of a new session. Sessions of one user share a group; one of nobody has a group of its own. */
export function newPlace(userId: string | undefined): SessionPlace {
  const group = userId === undefined ? text(randomBytes(USER_BYTES)) : groupOf(userId);
  return { group, line: text(randomBytes(LINE_BYTES)) };
}

/** Group of the sessions of a user: 128 bits of a SHA-256, which no two users share by chance. */
export function groupOf(userId: string): string {
  return text(sha256(`user:${userId}`).subarray(0, USER_BYTES));
}

/**
 * A new id for a place. The place in it is masked by its secret, so that ids of one user, or of one session, have
 * nothing in common, and no part of an id is the name of a key.
 */
export function newAccess({ group, line }: SessionPlace): SessionAccess {
  const secret = randomBytes(SECRET_BYTES);
  const place = Buffer.concat([Buffer.from(group, 'base64url'), Buffer.from(line, 'base64url')]);
  const id = text(Buffer.concat([masked(place, secret), secret]));
  return { group, line, id, digest: digestOf(id) };
}

/** Reads an id; `undefined` for a text that never was one. */
export function sessionAccess(id: string): SessionAccess | undefined {
  if (!FORM.test(id)) return undefined;
  const bytes = Buffer.from(id, 'base64url');
  const place = masked(bytes.subarray(0, PLACE_BYTES), bytes.subarray(PLACE_BYTES));
  const [group, line] = [place.subarray(0, USER_BYTES), place.subarray(USER_BYTES)];
  return { group: text(group), line: text(line), id, digest: digestOf(id) };
}

function masked(place: Uint8Array, secret: Uint8Array): Buffer {
  const mask = sha256(secret);
  return Buffer.from(place.map((byte, index) => byte ^ (mask[index] as number)));
}

function digestOf(id: string): string {
  return text(sha256(id));
}

function sha256(content: string | Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}

function text(bytes: Buffer): string {
  return bytes.toString('base64url');
}
