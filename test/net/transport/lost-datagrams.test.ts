import { afterEach, describe, expect, it } from 'vitest';
import { closePair, joinPair, type RecordedLink } from '../../../src/testing/compliance/transport-pair.ts';
import { type Datagram, isDtls, isStun, tapDatagrams } from '../../support/transport/datagrams.ts';
import { portOf } from '../../support/transport/ports.ts';
import { weriftPair } from '../../support/transport/werift-pair.ts';

type Side = 'offerer' | 'answerer';

let untap = (): void => undefined;
let ends: readonly RecordedLink[] = [];

afterEach(async () => {
  untap();
  await closePair(ends);
});

/** Opens a link while `see` decides on its datagrams, and sends a record each way over it. */
async function openUnder(see: (datagram: Datagram, side: Side) => void): Promise<number> {
  const [offerer, answerer] = joinPair(weriftPair());
  ends = [offerer, answerer];
  untap = tapDatagrams((datagram) => see(datagram, datagram.from === portOf(offerer) ? 'offerer' : 'answerer'));
  const begun = performance.now();
  for (const end of ends) await end.when(() => end.count('open') > 0 || end.error !== undefined);
  const took = performance.now() - begun;
  offerer.link.send(Uint8Array.of(1));
  answerer.link.send(Uint8Array.of(2));
  await offerer.when(() => offerer.records.length > 0 || offerer.error !== undefined);
  await answerer.when(() => answerer.records.length > 0 || answerer.error !== undefined);
  expect(ends.map(({ error }) => error)).toEqual([undefined, undefined]);
  expect(ends.map(({ records }) => records[0]?.[0])).toEqual([2, 1]);
  return took;
}

const numbered = (count: number): readonly (readonly [Side, number])[] =>
  (['offerer', 'answerer'] as const).flatMap((side) =>
    Array.from({ length: count }, (_, index) => [side, index + 1] as const),
  );

function dropOnce(kind: (datagram: Datagram) => boolean, side: Side, no: number) {
  let seen = 0;
  return (datagram: Datagram, from: Side): void => {
    if (from === side && kind(datagram)) seen += 1;
    if (from !== side || !kind(datagram) || seen !== no) datagram.pass();
  };
}

describe('a link opens and carries records', () => {
  it.each(numbered(12))('although DTLS datagram no. %2$i of the %1$s is lost', async (side, no) => {
    const took = await openUnder(dropOnce(isDtls, side, no));
    process.stdout.write(`DTLS datagram ${no} of the ${side} lost: open after ${took.toFixed(0)} ms\n`);
  });

  it.each(numbered(4))('although STUN datagram no. %2$i of the %1$s is lost', async (side, no) => {
    await openUnder(dropOnce(isStun, side, no));
  });

  it('although every datagram comes twice', async () => {
    await openUnder((datagram) => {
      datagram.pass();
      datagram.pass();
    });
  });

  it.each(['offerer', 'answerer'] as const)('although neighbours from the %s change places', async (side) => {
    let kept: Datagram | undefined;
    await openUnder((datagram, from) => {
      if (from !== side || !isDtls(datagram)) {
        datagram.pass();
        return;
      }
      if (!kept) {
        kept = datagram;
        // The last one of a flight has no neighbour.
        setTimeout(() => {
          if (kept === datagram) kept = undefined;
          else return;
          datagram.pass();
        }, 30);
        return;
      }
      datagram.pass();
      kept.pass();
      kept = undefined;
    });
  });

  it.each([1, 2, 3, 4, 5])('although every third datagram is lost, pattern %i', async (seed) => {
    let state = seed;
    await openUnder((datagram) => {
      state = (state * 48_271) % 2_147_483_647;
      if (state % 3 !== 0) datagram.pass();
    });
  });
});
