export { type CliEvent, type CliProcess, type CliProcessOptions, startCli } from './cli-process.ts';
export { createVirtualClock, type VirtualClock } from './virtual-clock.ts';
