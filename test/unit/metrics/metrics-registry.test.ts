import { Counter, Registry } from 'prom-client';
import { Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createMetrics, type MeasuredNode } from '../../../src/metrics/index.ts';
import { startPairOnMemory } from '../../support/memory-pair.ts';
import { parseMetrics } from '../../support/metrics-text.ts';

describe('one registry', () => {
  it('shows several nodes, told apart by a label', async () => {
    const { a, b } = await startPairOnMemory();
    const register = new Registry();
    const [one, other] = [createMetrics(a, { register }), createMetrics(b, { register })];
    expect(() => createMetrics(a, { register })).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }));
    await a.send(b.id, 'n', 1);
    const both = parseMetrics(await register.metrics()).values;
    expect(both.get(`lanpeer_messages_sent_total{node="${a.name}"}`)).toBe(1);
    expect(both.get(`lanpeer_messages_sent_total{node="${b.name}"}`)).toBe(0);
    one.stop();
    expect(await other.text()).not.toContain(`"${a.name}"`);
    other.stop();
  });

  it('has nothing of a node that was taken off, nor has the node of it', async () => {
    const { a } = await startPairOnMemory();
    let open = 0;
    const counted = <T>(stream: Observable<T>): Observable<T> =>
      new Observable((subscriber) => {
        open += 1;
        subscriber.add(stream.subscribe(subscriber));
        return () => {
          open -= 1;
        };
      });
    const node: MeasuredNode = {
      name: a.name,
      stats: () => a.stats(),
      connections$: counted(a.connections$),
      sessions$: counted(a.sessions$),
      peers$: counted(a.peers$),
      errors$: counted(a.errors$),
    };
    const register = new Registry();
    const metrics = createMetrics(node, { register });
    expect(open).toBe(4);
    metrics.stop();
    metrics.stop();
    expect([open, register.getMetricsAsArray()]).toEqual([0, []]);
    createMetrics(node, { register }).stop();
  });

  it('when names are taken in the registry, names them, and leaves nothing behind', async () => {
    const { a } = await startPairOnMemory();
    const register = new Registry();
    const theirs = new Counter({ name: 'lanpeer_errors_total', help: 'Theirs.', registers: [register] });
    expect(() => createMetrics(a, { register })).toThrow('lanpeer_errors_total has already been registered');
    expect(register.getMetricsAsArray()).toEqual([theirs]);
  });
});
