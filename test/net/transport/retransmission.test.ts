import { afterEach, describe, expect, it } from 'vitest';
import { closePair, joinPair, type RecordedLink } from '../../../src/testing/compliance/transport-pair.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { type Datagram, isDtls, isStun, tapDatagrams } from '../../support/transport/datagrams.ts';
import { portOf } from '../../support/transport/ports.ts';
import { weriftPair } from '../../support/transport/werift-pair.ts';

let untap = (): void => undefined;
let ends: readonly RecordedLink[] = [];

afterEach(async () => {
  untap();
  await closePair(ends);
});

/** A link on a clock that stands still: no flight is sent again unless a test says so. */
function join(see: (datagram: Datagram, isOfferer: boolean) => void): ManualClock {
  const clock = createManualClock();
  const [offerer, answerer] = joinPair(weriftPair({ clock }));
  ends = [offerer, answerer];
  untap = tapDatagrams((datagram) => see(datagram, datagram.from === portOf(offerer)));
  return clock;
}

async function opened(): Promise<void> {
  for (const end of ends) await end.when(() => end.count('open') > 0 || end.error !== undefined);
  expect(ends.map(({ error }) => error)).toEqual([undefined, undefined]);
}

describe('a link', () => {
  it('opens without sending anything again when nothing is lost', async () => {
    const clock = join(({ pass }) => pass());
    await opened();
    expect(clock.armed.filter((ms) => ms > 100)).toEqual([]);
  });

  it('keeps the greeting that comes before the other side is ready for it', async () => {
    const order: string[] = [];
    let lost = false;
    const isResponse = ({ bytes }: Datagram): boolean => bytes.readUInt16BE(0) === 0x0101;
    join((datagram, isOfferer) => {
      // Without this answer the offerer is not through with ICE when the answerer greets.
      if (!lost && !isOfferer && isStun(datagram) && isResponse(datagram)) lost = true;
      else datagram.pass();
      if (isDtls(datagram)) order.push(isOfferer ? 'offerer' : 'answerer');
      else if (!isOfferer && isResponse(datagram)) order.push('answer');
    });
    await opened();
    expect(lost).toBe(true);
    expect(order.indexOf('answerer')).toBeLessThan(order.lastIndexOf('answer'));
  });

  it('sends a lost flight again after 100 ms', async () => {
    let lost: (() => void) | undefined;
    const dropped = new Promise<void>((resolve) => {
      lost = resolve;
    });
    const clock = join((datagram, isOfferer) => {
      if (!isOfferer && isDtls(datagram) && lost) {
        lost();
        lost = undefined;
      } else datagram.pass();
    });
    await dropped;
    expect(ends.map((end) => end.count('open'))).toEqual([0, 0]);
    // The timer is armed behind the datagram.
    await Promise.resolve();
    expect(clock.fire(100)).toBe(true);
    await opened();
  });

  it('doubles the wait up to a second, and sends the whole flight each time', async () => {
    const greetings: Buffer[] = [];
    let greeted = (): void => undefined;
    const first = new Promise<void>((resolve) => {
      greeted = resolve;
    });
    const clock = join((datagram) => {
      if (!isDtls(datagram)) {
        datagram.pass();
        return;
      }
      greetings.push(Buffer.from(datagram.bytes));
      greeted();
    });
    await first;
    await Promise.resolve();
    for (const ms of [100, 200, 400, 800, 1_000, 1_000]) {
      expect(clock.armed).toContain(ms);
      expect(clock.fire(ms)).toBe(true);
    }
    expect(greetings).toHaveLength(7);
    expect(new Set(greetings.map((one) => one.toString('hex'))).size).toBe(1);
    await closePair(ends);
    expect(clock.armed).toEqual([]);
  });
});
