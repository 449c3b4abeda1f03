import { scrypt } from 'node:crypto';
import type { DeviceId } from '../../protocol/device-id.ts';

const label = 'lanpeer/1 safety number';
const [digits, perGroup] = [30, 5];
/**
 * scrypt (RFC 7914), 16 MiB and some 50 ms. A device between two others has to find two keys of its own whose numbers with
 * them are the same: about 2^50 attempts, each of which costs this.
 */
const cost = { N: 16_384, r: 8, p: 1 } as const;

/**
 * What two devices show for each other: 30 decimal digits in six groups, the same on both, and another one for any other
 * pair. Made of both ids, which are hashes of their public keys.
 */
export function safetyNumber(one: DeviceId, other: DeviceId): Promise<string> {
  const ids = [one, other].sort().join(' ');
  return new Promise((resolve, reject) => {
    scrypt(ids, label, 32, cost, (error, bytes) => {
      if (error) {
        reject(error);
        return;
      }
      const number = BigInt(`0x${bytes.toString('hex')}`) % 10n ** BigInt(digits);
      resolve(
        (
          String(number)
            .padStart(digits, '0')
            .match(new RegExp(`.{${perGroup}}`, 'g')) ?? []
        ).join(' '),
      );
    });
  });
}
