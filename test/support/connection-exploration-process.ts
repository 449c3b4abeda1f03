import { parentPort, workerData } from 'node:worker_threads';
import { createCoverage } from '../../src/testing/model/coverage.ts';
import { exploreConnection } from './connection-exploration.ts';

/** A worker that takes every step of the connection machine with the options that it is given, and says what it saw. */
const coverage = createCoverage('connection');
let steps = 0;
const { states, reported } = exploreConnection({ ...workerData, inspect: coverage.inspect }, () => {
  steps += 1;
});
parentPort?.postMessage({
  steps,
  states: states.size,
  reported: [...reported],
  passed: [...coverage.states],
  taken: [...coverage.transitions],
});
