import { defineConfig } from 'vitest/config';

/**
 * Unit and model tests come first, on every processor, and their files share workers: a file puts back what it changes of
 * the process. Each of the other projects has an order of its own: without one, Vitest puts a project that runs one file at
 * a time behind all the others.
 */
const shared = { isolate: false, maxWorkers: '100%', sequence: { groupOrder: 1 }, testTimeout: 30_000 };

/** Ends what a test made by a module that test files share. */
const setupFiles = ['test/support/setup.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/property/**/*.test.ts'],
          setupFiles,
          ...shared,
        },
      },
      { test: { name: 'model', include: ['test/model/**/*.test.ts'], setupFiles, ...shared } },
      {
        test: {
          name: 'net',
          include: ['test/net/**/*.test.ts'],
          setupFiles,
          globalSetup: ['test/support/build.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          // Time limits of connections are real here: files that compete for two cores would not be.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'sim',
          include: ['test/sim/**/*.test.ts'],
          // It takes every processor by itself.
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          setupFiles,
          globalSetup: ['test/support/build.ts'],
          testTimeout: 60_000,
          hookTimeout: 30_000,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: 'attack',
          include: ['test/attack/**/*.test.ts'],
          setupFiles,
          globalSetup: ['test/support/build.ts'],
          testTimeout: 120_000,
          // A victim, its peer and an attacker at a time: memory and service are measured.
          fileParallelism: false,
          sequence: { groupOrder: 5 },
        },
      },
      {
        test: {
          name: 'fuzz',
          include: ['test/fuzz/**/*.test.ts'],
          // One file for each decoder: as many at a time as there are processors.
          testTimeout: 600_000,
          maxWorkers: '100%',
          sequence: { groupOrder: 6 },
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          setupFiles,
          globalSetup: ['test/support/build.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // Each file has hosts of its own, and waits for most of its time.
          maxWorkers: 2,
          sequence: { groupOrder: 7 },
        },
      },
    ],
  },
});
