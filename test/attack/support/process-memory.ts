import { readFileSync, writeFileSync } from 'node:fs';

/** MB of a process (proc_pid_status(5)); 0 when it is gone. */
function field(pid: number, name: 'VmRSS' | 'VmHWM'): number {
  try {
    const [, kilobytes = '0'] =
      new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1_024;
  } catch {
    return 0;
  }
}

/** What it holds now. */
export const residentMb = (pid: number): number => field(pid, 'VmRSS');

/** The most that it held since the last {@link resetPeak}. */
export const peakMb = (pid: number): number => field(pid, 'VmHWM');

/** 5 resets the peak (proc_pid_clear_refs(5)). */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Processor time that a process took so far, all its threads, in ms (proc_pid_stat(5)). */
export function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  // Fields 14 and 15, in ticks of 10 ms, of which the first two are gone.
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
