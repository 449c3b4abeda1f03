import { describe, expect, it } from 'vitest';
import { reasons } from '../../src/index.ts';
import { otherReasons, type PeerTransition, peerEvents, peerPaths, peerTransitions } from '../../src/testing/index.ts';

const nothing = { start: () => null, states: {} };
const nameOf = ({ previous, state, reason }: PeerTransition): string => `${previous} ${state} ${reason}`;
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

describe('the paths of a peer', () => {
  it('go through every transition that they promise, and through no other', async () => {
    const seen: PeerTransition[] = [];
    for (const path of peerPaths()) seen.push(...(await path.run(nothing)));
    expect(sorted(seen.map(nameOf))).toEqual(sorted(peerTransitions.map(nameOf)));
  }, 60_000);

  it('have every event of the model, with either side making the offers', () => {
    const paths = peerPaths();
    expect(sorted(paths.flatMap(({ events }) => events))).toEqual(sorted(Object.keys(peerEvents)));
    expect(new Set(paths.map(({ description }) => description)).size).toBe(paths.length);
  });

  it('leave out no reason without saying why', () => {
    const provoked = peerTransitions.map(({ reason }) => reason);
    expect(sorted([...provoked, ...Object.keys(otherReasons)])).toEqual(sorted(Object.keys(reasons)));
    for (const reason of provoked) expect(Object.hasOwn(otherReasons, reason), reason).toBe(false);
  });

  it('name the step at which a program fails, and take the program down', async () => {
    const [path] = peerPaths().filter(({ events }) => events.join() === 'appears,killed,comesBack');
    let stopped = 0;
    const run = path?.run({
      start: () => 'a program',
      states: {
        failed() {
          throw new Error('it cannot cope');
        },
      },
      stop() {
        stopped += 1;
      },
    });
    await expect(run).rejects.toThrow(
      'After appears > killed: the process of the peer is killed; the program fails in failed: Error: it cannot cope',
    );
    expect(stopped).toBe(1);
  });
});
