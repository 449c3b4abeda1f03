import * as v from 'valibot';
import type { Clock, Random } from '../../environment.ts';
import { asLanpeerError, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { createMemoryWire, type MemoryPacket, type MemoryWire } from './memory-wire.ts';
import type { LinkOptions, TransportLink } from './port.ts';

/** What the ends of an in-memory network share. */
export interface MemoryWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly delayMs: number;
  readonly jitterMs: number;
  lateMs(from: string, to: string): number;
  isSilent(from: string, to: string): boolean;
  find(id: number): MemoryEnd | undefined;
  gone(id: number): void;
}

/** One end of a link, as the other end and the network see it. */
export interface MemoryEnd {
  readonly name: string;
  readonly link: TransportLink;
  peer(): MemoryEnd | undefined;
  take(packet: MemoryPacket): void;
  fail(error: LanpeerError): void;
  wake(): void;
  /** Ends without telling anybody. */
  vanish(): void;
}

export interface MemoryEndOptions extends LinkOptions {
  readonly id: number;
  readonly name: string;
  readonly stalled: boolean;
  readonly fails: boolean;
}

const description = v.strictObject({
  memory: v.picklist(['offer', 'answer']),
  end: v.pipe(v.number(), v.safeInteger()),
});
const { recordBytes, lowWater } = limits.webrtc;

export function createMemoryEnd(world: MemoryWorld, options: MemoryEndOptions): MemoryEnd {
  const { clock } = world;
  const { id, name, role, listener, stalled, fails } = options;
  let over = false;
  let negotiated = false;
  let greeted = false;
  let opened = false;
  let above = false;
  let peerId: number | undefined;
  let wire: MemoryWire | undefined;
  const timers = new Set<unknown>();

  function later(run: () => void): void {
    const timer = clock.setTimeout(() => {
      timers.delete(timer);
      run();
    }, 0);
    timers.add(timer);
  }

  function tell(report: () => void): void {
    if (over) return;
    try {
      report();
    } catch (thrown) {
      fail(asLanpeerError(thrown, 'ERR_INTERNAL'));
    }
  }

  function release(): void {
    over = true;
    for (const timer of timers) clock.clearTimeout(timer);
    timers.clear();
    wire?.stop();
    world.gone(id);
  }

  function fail(error: LanpeerError): void {
    if (over) return;
    release();
    listener.down(error);
  }

  /** As an SCTP abort: one packet, lost if the path is silent. */
  function abort(): void {
    const other = peer();
    if (!other || world.isSilent(name, other.name)) return;
    clock.setTimeout(
      () => other.fail(new LanpeerError('ERR_TRANSPORT', 'The other end closed the link.')),
      world.delayMs,
    );
  }

  const peer = (): MemoryEnd | undefined => (peerId === undefined ? undefined : world.find(peerId));

  function join(remote: number): void {
    peerId = remote;
    const remoteName = peer()?.name ?? '';
    wire = createMemoryWire({
      ...world,
      silent: () => world.isSilent(name, remoteName),
      lateMs: () => world.lateMs(name, remoteName),
      deliver: (packet) => peer()?.take(packet),
      left() {
        if (!above || (wire?.bufferedAmount ?? 0) > lowWater) return;
        above = false;
        tell(() => listener.drain());
      },
    });
    if (!stalled) wire.send({ kind: 'hello' });
  }

  function signal(body: unknown): void {
    const parsed = v.safeParse(description, body);
    const expected = role === 'offerer' ? 'answer' : 'offer';
    if (!parsed.success || parsed.output.memory !== expected || peerId !== undefined) {
      fail(new LanpeerError('ERR_PROTOCOL', 'A description of a link has an unknown shape or came twice.'));
      return;
    }
    join(parsed.output.end);
    if (role === 'answerer') tell(() => listener.signal({ memory: 'answer', end: id }));
    tell(() => listener.negotiated());
    negotiated = true;
    openIfReady();
  }

  /** The hello of the other end may be faster than its description. */
  function openIfReady(): void {
    if (over || opened || stalled || !negotiated || !greeted) return;
    opened = true;
    tell(() => listener.open());
  }

  if (fails) later(() => fail(new LanpeerError('ERR_TRANSPORT', 'The link was told to fail.')));
  else if (role === 'offerer') later(() => tell(() => listener.signal({ memory: 'offer', end: id })));

  return {
    name,
    peer,
    fail,
    vanish: release,
    wake: () => wire?.wake(),
    take(packet) {
      if (over) return;
      if (packet.kind === 'record') tell(() => listener.record(packet.bytes));
      else {
        greeted = true;
        openIfReady();
      }
    },
    link: {
      // Not at once: a description that comes in answers nobody before it has returned.
      signal: (body) => {
        if (!over) later(() => signal(body));
      },
      send(record) {
        if (over || !opened || !wire) return;
        if (record.byteLength === 0 || record.byteLength > recordBytes) {
          fail(new LanpeerError('ERR_INTERNAL', `A record of ${record.byteLength} bytes cannot be sent.`));
          return;
        }
        wire.send({ kind: 'record', bytes: Uint8Array.from(record) });
        if (wire.bufferedAmount > lowWater) above = true;
      },
      get bufferedAmount() {
        return over ? 0 : (wire?.bufferedAmount ?? 0);
      },
      async close() {
        if (over) return;
        abort();
        release();
      },
    },
  };
}
