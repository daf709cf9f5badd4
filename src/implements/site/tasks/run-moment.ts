/** Start of a run as expressions see it: parts of the date in UTC, and as text the date of ISO. */
export class RunMoment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Date of ISO. */
  readonly text: string;

  constructor(text: string) {
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] =
      text.match(/\d+/g)?.map(Number) ?? [];
    this.year = year;
    this.month = month;
    this.day = day;
    this.hour = hour;
    this.minute = minute;
    this.second = second;
    this.text = text;
  }
}
