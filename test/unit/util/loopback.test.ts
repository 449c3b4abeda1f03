import { expect, test } from 'vitest';
import { isLoopback } from '../../../src/util/loopback.ts';

test.each(['127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::1%lo'])(
  '%s is loopback',
  (address) => {
    expect(isLoopback(address)).toBe(true);
  },
);

test.each(['10.0.0.1', '128.0.0.1', '::2', 'fe80::1%eth0', '', 'localhost', '127.', '127.0.0', '127.0.0.1.example'])(
  '%j is not loopback',
  (address) => {
    expect(isLoopback(address)).toBe(false);
  },
);
