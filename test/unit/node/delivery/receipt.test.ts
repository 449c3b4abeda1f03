import { describe, expect, it } from 'vitest';
import { MessageReceipt } from '../../../../src/node/delivery/receipt.ts';

describe('a receipt', () => {
  it('when the program asks before the outcome, resolves with it', async () => {
    const receipt = new MessageReceipt();
    const { delivered } = receipt;
    receipt.settle('delivered');
    expect(await delivered).toBe('delivered');
  });

  it('when the program asks after the outcome, resolves with it', async () => {
    const receipt = new MessageReceipt();
    receipt.settle('unknown');
    expect(await receipt.delivered).toBe('unknown');
  });

  it('when the program asks again, gives the same promise', async () => {
    const receipt = new MessageReceipt();
    const before = receipt.delivered;
    receipt.settle('unsent');
    expect(receipt.delivered).toBe(before);
    expect(await receipt.delivered).toBe('unsent');
  });
});
