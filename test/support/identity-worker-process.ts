import { parentPort, workerData } from 'node:worker_threads';
import { takeLock } from '../../src/adapters/identity/lock.ts';

/** A worker that takes the lock of a directory, says how that went, and holds it until it is terminated. */
takeLock(workerData).then(
  () => parentPort?.postMessage('taken'),
  (error) => parentPort?.postMessage(error.code),
);
parentPort?.on('message', () => undefined);
