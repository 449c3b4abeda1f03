import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { formatInvitation, parseInvitation } from '../../../src/protocol/invitation.ts';
import { newFile } from '../../support/directory.ts';
import { makeNode } from '../../support/nodes.ts';

const access = { trust: 'first-use' } as const;

it('over TLS, pairs by an invitation, refuses a guess, and keeps trust and revocation on disk', async () => {
  const [hereDir, thereDir] = [dirname(newFile()), dirname(newFile())];
  const here = makeNode({ access, stateDir: hereDir });
  const there = makeNode({ access, stateDir: thereDir });
  const hostile = makeNode({ access });
  await Promise.all([here.start(), there.start(), hostile.start()]);
  const invitation = here.invite();
  const guess = formatInvitation({ ...parseInvitation(invitation.text), secret: Buffer.alloc(16) });
  await expect(hostile.pair(guess)).rejects.toMatchObject({ code: 'ERR_INVITATION' });
  expect(await there.pair(invitation.text)).toBe(here.id);
  expect(await invitation.claimed).toBe(there.id);
  await expect(hostile.pair(invitation.text)).rejects.toMatchObject({ code: 'ERR_INVITATION' });
  expect([...here.peers.keys()]).toEqual([there.id]);
  expect(await readFile(join(thereDir, 'trust.json'), 'utf8')).toContain(here.id);
  const address = { address: '127.0.0.1', port: here.port };

  await there.stop();
  const again = makeNode({ access, stateDir: thereDir });
  await again.start();
  expect(await again.connect(address)).toMatchObject({ id: here.id });
  await here.revoke(again.id);
  await here.stop();
  const back = makeNode({ access, stateDir: hereDir });
  await back.start();
  const dialed = again.connect({ address: '127.0.0.1', port: back.port });
  await expect(dialed).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
  expect([...back.peers.keys()]).toEqual([]);
});
