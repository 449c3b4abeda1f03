import { createHash } from 'node:crypto';

/** The lines of one simulation, and what was not as it should be. */
export interface Trace {
  log(what: string): void;
  violation(what: string): void;
  readonly violations: readonly string[];
  /** SHA-256 over all lines, in hexadecimal; called once, at the end. */
  digest(): string;
}

export function createTrace(now: () => number, onLine?: (line: string) => void): Trace {
  const hash = createHash('sha256');
  const violations: string[] = [];

  function log(what: string): void {
    const line = `${(now() / 1_000).toFixed(3)} ${what}`;
    hash.update(`${line}\n`);
    onLine?.(line);
  }

  return {
    log,
    violation(what) {
      violations.push(`at ${(now() / 1_000).toFixed(3)} s: ${what}`);
      log(`WRONG: ${what}`);
    },
    violations,
    digest: () => hash.digest('hex'),
  };
}
