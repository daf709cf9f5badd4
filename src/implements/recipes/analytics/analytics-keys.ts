import { type Bucket, bucketName } from './calendar.js';

/**
 * Keys of analytics below a prefix. All keys of an event have one hash tag, and so has that of a user; the tag is literal
 * but for braces and `%`, so that no two events share a key.
 */
export class AnalyticsKeys {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Key of the count of an event. */
  count(event: string, bucket: Bucket): string {
    return `${this.#tagged(event)}:${bucketName(bucket)}`;
  }

  /** Key of the users of an event. */
  users(event: string, bucket: Bucket): string {
    return `${this.count(event, bucket)}:users`;
  }

  /** Key of the counts of the values of a field. */
  values(event: string, bucket: Bucket, field: string): string {
    return `${this.count(event, bucket)}:top:${field}`;
  }

  /** Key of the counts of a user. */
  user(user: string): string {
    return `${this.#tagged(user)}:user`;
  }

  #tagged(name: string): string {
    return `${this.#prefix}{${name.replace(/[%{}]/g, encodeURIComponent)}}`;
  }
}
