import { map, Observable, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type AnyStateNode, createActor, createMachine, getStateNodes, type InspectionEvent } from 'xstate';
import packageJson from '../../package.json' with { type: 'json' };

const { dependencies } = packageJson;

describe('XState', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: { a: { on: { go: 'b' } }, b: { initial: 'c', states: { c: { always: 'd' }, d: {} } } },
  });

  function inspectGo() {
    const taken: InspectionEvent[] = [];
    const actor = createActor(machine, { inspect: (event) => void taken.push(event) }).start();
    taken.length = 0;
    actor.send({ type: 'go' });
    return { actor, taken };
  }

  it('is pinned to one minor version, because it promises nothing of what is relied on here', () => {
    expect(dependencies.xstate).toMatch(/^~/);
  });

  it('tells in each microstep which transitions of the machine were taken', () => {
    const steps = inspectGo().taken.flatMap((event) =>
      event.type === '@xstate.microstep' ? [event._transitions] : [],
    );
    const { a, b } = machine.states as Record<'a' | 'b', AnyStateNode>;
    expect(steps).toHaveLength(2);
    expect(steps[0]).toEqual(a.transitions.get('go'));
    expect(steps[0]?.[0]).toBe(a.transitions.get('go')?.[0]);
    expect(steps[1]?.[0]).toBe(b.states['c']?.always?.[0]);
  });

  it('keeps in a snapshot the states that the machine is in', () => {
    const snapshot = inspectGo().actor.getSnapshot();
    expect(new Set(snapshot._nodes)).toEqual(new Set(getStateNodes(machine.root, snapshot.value)));
    expect(snapshot._nodes.map(({ id }) => id).sort()).toEqual(['m', 'm.b', 'm.b.d']);
  });
});

describe('RxJS', () => {
  it('is pinned to one minor version, because it promises nothing of what is relied on here', () => {
    expect(dependencies.rxjs).toMatch(/^~/);
  });

  it('makes what an operator gives by `lift` of its source', () => {
    const source = new Observable<number>();
    const made = of(7);
    source.lift = () => made as never;
    expect(map((value: number) => value)(source)).toBe(made);
    expect(source.pipe(map((value) => value))).toBe(made);
  });
});
