import { afterAll, afterEach } from 'vitest';
import { endFile, endTest } from './hooks.ts';

// Runs for each test file, also where files share a worker.
afterEach(endTest);
afterAll(endFile);
