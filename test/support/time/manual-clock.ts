export { ManualClock } from '../../../src/implements/testing/manual-clock.js';
