import { defineConfig } from 'vitest/config';
import shared from '../../vitest.config.ts';
import { FOLDERS } from './folders.js';

const parts = FOLDERS[process.env.MUTATE_FOLDER] ?? [];

/** The tests that must notice a mutant in the chosen folder. */
export default defineConfig({
  test: {
    ...shared.test,
    include: parts.map((part) => (part.endsWith('/') ? `test/${part}**/*.test.ts` : `test/${part}*.ts`)),
    typecheck: { enabled: false },
  },
});
