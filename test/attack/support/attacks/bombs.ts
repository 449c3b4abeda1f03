import type { MessageKind } from '../../../../src/protocol/frame-types.ts';
import type { Via } from '../../../../src/protocol/via.ts';
import { HostileCarrier } from '../hostile-carrier.ts';
import type { HostileLink } from '../hostile-link.ts';
import { makeMember } from '../member.ts';
import type { Target } from '../target.ts';

/** What a bomb is made of: values of one byte that are more in memory, or the nesting of them. */
export const items = {
  maps: 0xa0,
  arrays: 0x80,
  texts: 0x60,
  bytes: 0x40,
  numbers: 0x00,
  nested: 0x81,
  nulls: 0xf6,
} as const;

export interface Bomb {
  readonly of: MessageKind;
  readonly item: keyof typeof items;
  readonly count: number;
}

/** Number, type and time stamp, as the kind has them, in CBOR. */
const heads: Readonly<Record<MessageKind, readonly number[]>> = {
  message: [0x83, 0x61, 0x78, 0x00],
  volatile: [0x83, 0x61, 0x78, 0x00],
  request: [0x84, 0x01, 0x61, 0x78, 0x00],
  response: [0x82, 0x01],
  failure: [0x83, 0x01, 0x61, 0x78],
};

/** CBOR of a message, a request or an answer whose data are so many items of one byte. */
export function bombOf({ of, item, count }: Bomb): Uint8Array {
  const list = Buffer.alloc(5);
  list.writeUInt8(0x9a);
  list.writeUInt32BE(count, 1);
  return Buffer.concat([Buffer.from(heads[of]), list, Buffer.alloc(count, items[item])]);
}

export interface Bombs extends Bomb {
  readonly via: Via;
  readonly members: number;
  /** From each of them. */
  readonly messages: number;
}

/** Several members send bombs at a time. One that loses its link for it is back with the next one. */
export async function sendBombs(target: Target, bombs: Bombs): Promise<readonly string[]> {
  const payload = bombOf(bombs);
  const ends: string[] = [];
  async function attack(): Promise<void> {
    const member = await makeMember(target);
    let carrier: HostileCarrier | undefined;
    for (let no = 0; no < bombs.messages; no += 1) {
      if (!carrier || carrier.link.over !== undefined)
        carrier = await HostileCarrier.open(await member.connect(bombs.via));
      await carrier.sendMessage(bombs.of, no, payload);
    }
    // What is behind the last bomb shows that it was taken, or how the link ended.
    ends.push((await Promise.race([carrier?.link.ended, answerTo(carrier?.link)])) ?? '');
    await member.close();
  }
  await Promise.all(Array.from({ length: bombs.members }, attack));
  return ends;
}

/** Resolves when the victim has come to a ping behind all that was sent. */
function answerTo(link: HostileLink | undefined): Promise<string> {
  return new Promise((resolve) => {
    link?.listen((frame) => {
      if (frame.kind === 'pong' && frame.no === 4_242_424) resolve('taken');
    });
    void link?.write({ kind: 'ping', no: 4_242_424 });
  });
}
