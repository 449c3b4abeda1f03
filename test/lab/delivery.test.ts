import { describe, expect, test } from 'vitest';
import { inNamespace, skipped } from './support/namespace.ts';

interface Outcome {
  readonly sent: number;
  readonly fates: readonly string[];
  readonly back: readonly string[];
  readonly there: { readonly next: number; readonly wrong: number };
  readonly here: { readonly next: number; readonly wrong: number };
  readonly links: number;
  readonly lost: number;
  readonly least: number;
}

describe.skipIf(skipped())('on a network that is cut again and again', () => {
  test('no message is lost, doubled or out of order', () => {
    const printed = inNamespace('"$NODE" test/lab/support/partition-delivery-scenario.ts', 280_000);
    const outcome = JSON.parse(printed.trim().split('\n').at(-1) ?? '') as Outcome;
    expect(outcome.sent).toBeGreaterThanOrEqual(outcome.least);
    expect(outcome).toMatchObject({ fates: ['delivered'], back: ['delivered'], lost: 0 });
    expect(outcome.there).toMatchObject({ next: outcome.sent, wrong: 0 });
    expect(outcome.here).toEqual({ next: outcome.least, wrong: 0 });
    // Each of the six long cuts cost a link, which one over TLS and then one over WebRTC replaced.
    expect(outcome.links).toBeGreaterThanOrEqual(14);
  }, 300_000);
});
