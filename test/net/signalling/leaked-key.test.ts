import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ephemeralIdentity } from '../../../src/adapters/identity/ephemeral.ts';
import { systemClock } from '../../../src/environment.ts';
import { makeNetworkKey } from '../../../src/index.ts';
import { parseNetworkKey } from '../../../src/protocol/network-key.ts';
import { proveKey } from '../../../src/protocol/proof.ts';
import { createSeal } from '../../../src/protocol/seal.ts';
import { isUpgraded, startPair } from '../../support/nodes.ts';
import { bridge, recordDatagrams, recordTcp } from '../../support/relays.ts';
import { credentials, dial, makeEndpoint, record, targetAt, tlsTo } from '../../support/signalling.ts';

const text = makeNetworkKey();
const networkKey = parseNetworkKey(text);
const outsider = () => ephemeralIdentity({ clock: systemClock }).open();

describe('an attacker that recorded a conversation and holds the network key', () => {
  test('reads nothing of it, over TLS and over WebRTC', async () => {
    const datagrams = recordDatagrams();
    const { lower, higher } = await startPair({ access: { networkKey: text } });
    const { port, bytes } = await recordTcp(higher.port);
    await lower.connect({ address: '127.0.0.1', port, id: higher.id });
    const [overTls, overWebrtc] = [randomBytes(256), randomBytes(256)];
    const got: unknown[] = [];
    higher.handle('secret', ({ data }) => got.push(Buffer.from(data as Uint8Array).toString('hex')));
    expect(await (await lower.send(higher.id, 'secret', overTls)).delivered).toBe('delivered');
    await isUpgraded(lower, higher.id);
    const before = datagrams.count;
    expect(await (await lower.send(higher.id, 'secret', overWebrtc)).delivered).toBe('delivered');
    expect(got).toEqual([overTls.toString('hex'), overWebrtc.toString('hex')]);

    const all = Buffer.concat([bytes(), datagrams.bytes()]);
    // The record is whole: both handshakes are in it, and so is what came after them.
    expect(bytes().subarray(0, 2)).toEqual(Buffer.of(22, 3));
    expect(bytes().byteLength).toBeGreaterThan(2_000);
    expect(datagrams.count).toBeGreaterThan(before);
    for (const secret of [overTls, overWebrtc])
      for (let at = 0; at + 16 <= secret.byteLength; at += 16)
        expect(all.includes(secret.subarray(at, at + 16))).toBe(false);
    expect(all.includes(Buffer.from(networkKey))).toBe(false);
    expect(all.includes(text)).toBe(false);
  });

  test('has no key of the seal: it comes from a secret that was never under way', async () => {
    const [one, other] = [await makeEndpoint({ networkKey }), await makeEndpoint({ networkKey })];
    const relay = await recordTcp(other.port);
    const coming = other.nextSession();
    const near = await one.signalling.dial({ ...targetAt(relay.port), id: other.identity.id });
    const far = await coming;
    const ids = { ownId: one.identity.id, remoteId: other.identity.id };
    const turned = { ownId: other.identity.id, remoteId: one.identity.id };
    const sealed = createSeal({ secret: near.secret, networkKey, generation: 1, ...ids }).seal(Buffer.from('a secret'));
    const opens = (secret: Uint8Array): boolean => {
      try {
        createSeal({ secret, networkKey, generation: 1, ...turned }).open(sealed);
        return true;
      } catch {
        return false;
      }
    };
    expect(opens(far.secret)).toBe(true);
    const bytes = relay.bytes();
    expect(bytes.byteLength).toBeGreaterThan(1_000);
    for (const guess of [networkKey, new Uint8Array(32)]) expect(opens(guess)).toBe(false);
    const guesses = Array.from({ length: bytes.byteLength - 31 }, (_, at) => bytes.subarray(at, at + 32));
    expect(guesses.some(opens)).toBe(false);
    // Another session of the same two, with the same key, has another secret.
    const again = await dial(one, other);
    expect(opens(again.secret)).toBe(false);
  });

  test('gets no session key out of a key that is used again: every handshake has a new one', async () => {
    const server = await makeEndpoint({ networkKey });
    const identity = await outsider();
    const names = new Set<unknown>();
    for (let no = 0; no < 2; no += 1) {
      const tls = await tlsTo(server.port, credentials(identity));
      expect([tls.getProtocol(), tls.isSessionReused()]).toEqual(['TLSv1.3', false]);
      names.add(tls.exportKeyingMaterial(32, 'EXPORTER-lanpeer', Buffer.alloc(0)).toString('hex'));
    }
    expect(names.size).toBe(2);
  });
});

describe('an attacker between two members, with a certificate of its own and the network key', () => {
  test('is not taken for the peer that was meant', async () => {
    const mallory = await outsider();
    const [one, other] = [await makeEndpoint({ networkKey }), await makeEndpoint({ networkKey })];
    const { port } = await bridge({ identity: mallory, port: other.port, rewrite: (frame) => frame });
    await expect(dial(one, { ...other, port })).rejects.toMatchObject({ code: 'ERR_IDENTITY_MISMATCH' });
    expect(other.sessions).toEqual([]);
  });

  test('cannot pass a proof on: it names both ids and the TLS session that it was made for', async () => {
    const mallory = await outsider();
    const [one, other] = [await makeEndpoint({ networkKey }), await makeEndpoint({ networkKey })];
    const { port } = await bridge({
      identity: mallory,
      port: other.port,
      rewrite(frame, from) {
        const said = JSON.parse(frame) as object;
        // It says to each that it means that one, and leaves the proof.
        return from === 'dialer' && 'to' in said ? JSON.stringify({ ...said, to: other.identity.id }) : frame;
      },
    });
    const refusal = other.nextRefusal();
    const target = targetAt(port);
    await expect(one.signalling.dial(target)).rejects.toMatchObject({ code: 'ERR_NETWORK_KEY' });
    expect(await refusal).toMatchObject({ code: 'ERR_NETWORK_KEY', id: mallory.id });
    expect([one.sessions, other.sessions]).toEqual([[], []]);
  });

  test('joins as itself at most, with another secret on either side, and bridges no two members', async () => {
    const mallory = await outsider();
    const [one, other] = [await makeEndpoint({ networkKey }), await makeEndpoint({ networkKey })];
    const { port } = await bridge({
      identity: mallory,
      port: other.port,
      rewrite(frame, from, { near, far }) {
        const said = JSON.parse(frame) as { readonly type: string };
        const [role, otherId, exporter] =
          from === 'dialer'
            ? (['dialer', other.identity.id, far] as const)
            : (['listener', one.identity.id, near] as const);
        const proof = proveKey(networkKey, { role, ownId: mallory.id, otherId, exporter });
        if (said.type === 'hello') return JSON.stringify({ ...said, to: other.identity.id, proof });
        return said.type === 'welcome' ? JSON.stringify({ ...said, proof }) : frame;
      },
    });
    const coming = other.nextSession();
    const near = await one.signalling.dial(targetAt(port));
    const far = await coming;
    expect([near.remoteId, far.remoteId]).toEqual([mallory.id, mallory.id]);
    expect(Buffer.from(near.secret).equals(far.secret)).toBe(false);
    // A record that one member seals for the attacker the other member cannot open.
    const seal = createSeal({
      secret: near.secret,
      networkKey,
      ownId: one.identity.id,
      remoteId: mallory.id,
      generation: 1,
    });
    const sealed = seal.seal(Buffer.from('a secret'));
    const remote = createSeal({
      secret: far.secret,
      networkKey,
      ownId: other.identity.id,
      remoteId: mallory.id,
      generation: 1,
    });
    expect(() => remote.open(sealed)).toThrow(expect.objectContaining({ code: 'ERR_SEAL' }));
    record(near);
    record(far);
  });

  test('is not taken for the peer that a program names', async () => {
    const { lower, higher } = await startPair({ access: { networkKey: text } });
    const mallory = await outsider();
    const { port } = await bridge({ identity: mallory, port: higher.port, rewrite: (frame) => frame });
    await expect(lower.connect({ address: '127.0.0.1', port, id: higher.id })).rejects.toMatchObject({
      code: 'ERR_IDENTITY_MISMATCH',
    });
  });
});
