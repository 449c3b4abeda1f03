import type { BodyPart } from '../../src/protocol/frame-types.ts';
import { readFrames } from '../../src/protocol/frames.ts';
import {
  type ArrivedBody,
  type AssemblyRoom,
  IncomingBodies,
  unlimitedRoom,
} from '../../src/protocol/message-bodies/incoming-bodies.ts';
import { createRecordBuffer } from '../../src/protocol/record-buffer.ts';
import { codeOf } from './code-of.ts';

/** Memory of so many bytes. */
export function createRoom(size: number) {
  const room = { size, held: 0, due: 0 };
  const counted: AssemblyRoom = {
    ...unlimitedRoom,
    expect(bytes) {
      room.due += bytes;
    },
    acquire(bytes) {
      if (room.held + bytes > room.size) return false;
      room.held += bytes;
      return true;
    },
    release(bytes) {
      room.held -= bytes;
    },
  };
  return { room, counted };
}

/** The receiving end of lanes; the caller makes every frame. */
export function setUpIncomingBodies(maxMessageBytes = 100_000, room: AssemblyRoom = unlimitedRoom) {
  const arrived: ArrivedBody[] = [];
  const state = { wakes: 0 };
  const bodies = new IncomingBodies({
    maxMessageBytes,
    progress: () => undefined,
    admit: () => undefined,
    room,
    arrived: (body) => void arrived.push(body),
    wake() {
      state.wakes += 1;
    },
  });
  return {
    bodies,
    state,
    arrived,
    sizes: () => arrived.map(({ of, byteLength }) => `${of} ${byteLength}`),
    code: (frame: BodyPart) => codeOf(() => bodies.receive(frame)),
    credits() {
      const into = createRecordBuffer(1_000);
      while (bodies.pull(into));
      return [...readFrames(into.view())];
    },
  };
}
