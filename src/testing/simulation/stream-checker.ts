import type { PeerStream } from '../../api/streams.ts';
import { asLanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import type { Host, Run } from './hosts.ts';
import { isUninterrupted } from './uninterrupted.ts';

export const streamType = 's';

/** One direction of a stream of the simulation: what its writer knows, and what its reader got. */
interface Direction {
  readonly name: string;
  readonly total: number;
  written: 'open' | 'closed' | LanpeerErrorCode;
  read: number;
  reading: 'no' | 'open' | 'ended' | LanpeerErrorCode;
}

interface SimulatedStream {
  readonly no: number;
  readonly from: Run;
  readonly to: Host;
  readonly there: Direction;
  readonly back: Direction;
  opening: 'pending' | 'open' | LanpeerErrorCode;
}

export interface StreamCheckerDeps {
  readonly onViolation: (what: string) => void;
}

/** What opening may reject with, and what a stream may end with before its end. */
const allowedRefusals: readonly LanpeerErrorCode[] = ['ERR_NO_PEER', 'ERR_NOT_RUNNING', 'ERR_STREAM_LOST'];
const allowedEnds: readonly LanpeerErrorCode[] = ['ERR_STREAM_LOST'];
/** Of those, what nothing explains where both ends lived. */
const isLoss = (code: string): boolean => code === 'ERR_STREAM_LOST';

const chunkBytes = 40_000;
/** Byte of a direction at that offset. */
const byteAt = (no: number, offset: number): number => (offset * 31 + no * 7 + Math.floor(offset / 251)) % 256;

/** Opens byte streams, and checks that every byte arrives once and in order, or that the end says how many did. */
export class StreamChecker {
  readonly #deps: StreamCheckerDeps;
  readonly #streams: SimulatedStream[] = [];

  constructor(deps: StreamCheckerDeps) {
    this.#deps = deps;
  }

  get opened(): number {
    return this.#streams.length;
  }

  /** Streams of which every byte of both directions was read. */
  get complete(): number {
    return this.#streams.filter(({ there, back }) => there.reading === 'ended' && back.reading === 'ended').length;
  }

  open(from: Run, to: Host, there: number, back: number): void {
    const no = this.#streams.length;
    const direction = (which: string, total: number): Direction => ({
      name: `stream ${no} ${which} between ${from.name} and host ${to.at}`,
      total,
      written: 'open',
      read: 0,
      reading: 'no',
    });
    const stream: SimulatedStream = {
      no,
      from,
      to,
      there: direction('there', there),
      back: direction('back', back),
      opening: 'pending',
    };
    this.#streams.push(stream);
    from.node.openStream(to.id, streamType, { data: no }).then(
      (opened) => {
        stream.opening = 'open';
        this.#run(opened, stream, stream.there, stream.back);
      },
      (thrown: unknown) => {
        const { code } = asLanpeerError(thrown, 'ERR_INTERNAL');
        stream.opening = code;
        if (!allowedRefusals.includes(code)) this.#deps.onViolation(`stream ${no} was refused with ${code}`);
        this.#checkLoss(stream, `stream ${no}`, code);
      },
    );
  }

  /** To be called by the handler of that run. */
  accepted(by: Run, opened: PeerStream): void {
    const stream = this.#streams[Number(opened.data)];
    if (!stream || opened.peerId !== stream.from.host.id || by.host !== stream.to) {
      this.#deps.onViolation(`${by.name} accepted a stream that was never opened to it`);
      return;
    }
    if (stream.there.reading !== 'no') this.#deps.onViolation(`stream ${stream.no} was accepted twice`);
    this.#run(opened, stream, stream.back, stream.there);
  }

  /** True once nothing of a running node waits for its end. */
  settled(): boolean {
    return this.#streams.every(
      ({ from, opening, there }) =>
        from.endedAt !== undefined || (opening !== 'pending' && (opening !== 'open' || there.written !== 'open')),
    );
  }

  /** Checks all streams, once they are settled. */
  checkAtEnd(): void {
    const { onViolation } = this.#deps;
    for (const { no, from, opening, there } of this.#streams) {
      if (from.endedAt !== undefined) continue;
      if (opening === 'pending') onViolation(`stream ${no} of ${from.name} still waits to be opened`);
      if (opening === 'open' && there.written === 'open') onViolation(`${there.name} has no end`);
    }
  }

  #run(opened: PeerStream, stream: SimulatedStream, out: Direction, into: Direction): void {
    void this.#write(opened, stream, out);
    void this.#read(opened, stream, into);
  }

  async #write(opened: PeerStream, stream: SimulatedStream, direction: Direction): Promise<void> {
    const { total } = direction;
    const writer = opened.writable.getWriter();
    try {
      for (let at = 0; at < total; at += chunkBytes) {
        const length = Math.min(chunkBytes, total - at);
        await writer.write(Uint8Array.from({ length }, (_, index) => byteAt(stream.no, at + index)));
      }
      await writer.close();
      direction.written = 'closed';
      if (direction.read !== total)
        this.#deps.onViolation(`${direction.name} was closed when ${direction.read} of ${total} bytes were read`);
    } catch (thrown) {
      const error = asLanpeerError(thrown, 'ERR_INTERNAL');
      direction.written = error.code;
      this.#checkEnd(stream, direction, error.code);
      if ((error.bytes ?? 0) > direction.read)
        this.#deps.onViolation(
          `${direction.name}: ${error.bytes} bytes certainly arrived, ${direction.read} were read`,
        );
    }
  }

  async #read({ readable }: PeerStream, stream: SimulatedStream, direction: Direction): Promise<void> {
    direction.reading = 'open';
    try {
      for await (const bytes of readable) {
        const from = direction.read;
        direction.read += bytes.byteLength;
        if (bytes.some((byte, index) => byte !== byteAt(stream.no, from + index)))
          this.#deps.onViolation(`${direction.name}: other bytes came than were written, from ${from} on`);
      }
      direction.reading = 'ended';
      if (direction.read !== direction.total)
        this.#deps.onViolation(`${direction.name} ended after ${direction.read} of ${direction.total} bytes`);
    } catch (thrown) {
      direction.reading = asLanpeerError(thrown, 'ERR_INTERNAL').code;
      this.#checkEnd(stream, direction, direction.reading);
    }
  }

  #checkEnd(stream: SimulatedStream, { name }: Direction, code: LanpeerErrorCode): void {
    if (!allowedEnds.includes(code)) this.#deps.onViolation(`${name} failed with ${code}`);
    this.#checkLoss(stream, name, code);
  }

  #checkLoss({ from, to }: SimulatedStream, what: string, code: LanpeerErrorCode): void {
    if (isLoss(code) && from.endedAt === undefined && isUninterrupted(from, to, from.startedAt))
      this.#deps.onViolation(`${what} was lost (${code}), though both lived`);
  }
}
