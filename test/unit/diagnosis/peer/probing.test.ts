import { describe, expect, it } from 'vitest';
import type { MachineFacts } from '../../../../src/adapters/machine/port.ts';
import type { DatagramsExchanged, NoAnswer, PeerFacts } from '../../../../src/diagnosis/peer/facts.ts';
import { checksOf, heard, way } from '../../../support/peer-facts.ts';

const exchanged = (some: Partial<DatagramsExchanged>): Partial<PeerFacts> => ({
  via: 'tls',
  datagrams: { result: { there: way(), back: way(), knocks: 4, ...some } },
});
const inContainer = { inside: 'container', system: 'Linux 6.1.0 x64' } as MachineFacts;

describe('what a peer tries for this device', () => {
  it.each([
    [{ tcp: 'timed-out', tls: null }, /port 4712, is not answered/],
    [{ tcp: 'refused', tls: null }, /port 4712, is refused/],
    [{ tcp: 'unreachable', tls: null }, /port 4712, cannot be sent/],
    [{ tcp: 'failed', tls: null }, /port 4712, fails/],
  ] as const)('a connection to it that does not open is a firewall here: %j', (met, summary) => {
    const { faults, of } = checksOf({ dialedBack: { result: { ...met, ms: 2_000 } } });
    expect(faults).toEqual(['peer-back']);
    expect(of('peer-back')).toMatchObject({
      summary: expect.stringMatching(summary),
      next: expect.stringMatching(/firewall of this device \(sudo ufw allow 4712\/tcp/),
    });
  });

  it('a firewall over there, and who answers in the place of this device, are told apart', () => {
    const there = checksOf({ dialedBack: { result: { tcp: 'not-permitted', tls: null, ms: 1 } } });
    expect(there.of('peer-back').summary).toMatch(/A firewall at Bertha .* lets no TCP out/);
    const other = checksOf({ dialedBack: { result: { tcp: 'open', tls: 'other', ms: 1 } } });
    expect(other.of('peer-back')).toMatchObject({
      status: 'fault',
      summary: expect.stringMatching(/another device answers/),
    });
    const inside = checksOf({ dialedBack: { result: { tcp: 'refused', tls: null, ms: 1 } } }, {}, inContainer);
    expect(inside.of('peer-back').next).toMatch(/publish the port/);
    // A port that is another one at the next start is of no use in a firewall.
    const any = checksOf({ dialedBack: { result: { tcp: 'refused', tls: null, ms: 1 } }, isPortFixed: false });
    expect(any.of('peer-back').next).toMatch(/--port N.*ufw allow N\/tcp/);
  });

  it('a session that it opened shows that it gets through', () => {
    const session = { address: '192.0.2.2', opener: 'remote', keyed: true } as const;
    expect(checksOf({ dialedBack: { none: 'old' }, session }).of('peer-back').status).toBe('ok');
  });

  it.each(['old', 'busy', 'unable', 'silent', 'ended', 'local'] as NoAnswer[])(
    'is not known where there is no answer, and is no fault: %s',
    (none) => {
      const { faults, unknown } = checksOf({ via: 'tls', dialedBack: { none }, datagrams: { none } });
      expect(faults).toEqual([]);
      expect(unknown).toEqual(['peer-back', 'peer-udp', 'peer-mtu', 'peer-webrtc']);
    },
  );

  it('UDP that passes no way, or one, is named with the way', () => {
    const none = way({ heard: [] });
    const both = checksOf(exchanged({ there: none, back: none, knocks: 0 }));
    expect(both.of('peer-udp').summary).toMatch(/^No UDP passes .* in either direction\. TLS carries the link/);
    const out = checksOf(exchanged({ back: none, knocks: 0 }));
    expect(out.of('peer-udp')).toMatchObject({
      summary: expect.stringMatching(/^UDP passes to Bertha .*, and none comes back\./),
      next: expect.stringMatching(/firewall of this device/),
    });
    const back = checksOf(exchanged({ there: none, back: none }));
    expect(back.of('peer-udp')).toMatchObject({
      summary: expect.stringMatching(/^UDP from Bertha .* arrives, and none gets there\./),
      next: expect.stringMatching(/firewall there/),
    });
    for (const { faults, of } of [both, out, back]) {
      expect(faults).toEqual(['peer-udp']);
      expect(of('peer-mtu').summary).toMatch(/^Not asked/);
    }
  });

  it('a firewall that says so is named, here and there', () => {
    const refused = way({ heard: [], sent: 0, errno: 'EPERM' });
    expect(checksOf(exchanged({ there: refused, back: way({ heard: [] }) })).of('peer-udp').summary).toMatch(
      /^A firewall of this machine lets no UDP out to Bertha .* \(EPERM\)/,
    );
    expect(checksOf(exchanged({ back: refused, knocks: 0 })).of('peer-udp').summary).toMatch(
      /^A firewall at Bertha .* lets no UDP out to this device \(EPERM\)/,
    );
  });

  it('a loss of some datagrams is no fault', () => {
    const lossy = way({
      heard: [
        [64, 1],
        [1_437, 1],
      ],
    });
    expect(checksOf(exchanged({ there: lossy, back: lossy, knocks: 0 })).faults).toEqual([]);
  });

  it('a path that loses large packets is named with the size and the way', () => {
    const there = checksOf(exchanged({ there: way({ heard: heard(3) }), back: way({ heard: heard(3) }) }));
    expect(there.faults).toEqual(['peer-mtu']);
    expect(there.of('peer-mtu').summary).toMatch(
      /^Large packets are lost on the way to Bertha .*: those of 1280 bytes pass/,
    );
    const back = checksOf(exchanged({ back: way({ heard: heard(4) }) }));
    expect(back.of('peer-mtu').summary).toMatch(
      /^Large packets are lost on the way from Bertha .*: those of 1420 bytes/,
    );
    const knocks = checksOf(exchanged({ back: way({ heard: [] }) }));
    expect(knocks.of('peer-mtu').summary).toMatch(/those of 92 bytes pass/);
    // As large as a link needs them.
    expect(checksOf(exchanged({ there: way({ heard: heard(5) }), back: way({ heard: heard(5) }) })).faults).toEqual([]);
  });
});

describe('why WebRTC does not carry the link', () => {
  const pair = { local: '192.0.2.1:50000', remote: '192.0.2.2:40000', state: 'failed', heard: false } as const;
  const failed = { code: 'ERR_TIMEOUT', ageMs: 3_000, pairs: [pair, { ...pair, heard: true }] } as const;

  it('each pair of addresses is told, with what came of it', () => {
    const { faults, of } = checksOf({ via: 'tls', tried: failed });
    expect(faults).toEqual(['peer-webrtc']);
    expect(of('peer-webrtc')).toMatchObject({
      summary: 'WebRTC does not open: no pair of addresses of the two answers. TLS carries the link.',
      evidence: [
        '192.0.2.1:50000 to 192.0.2.2:40000: no answer, and nothing of the peer comes',
        '192.0.2.1:50000 to 192.0.2.2:40000: checks of the peer come, and none of ours is answered',
        'given up 3 s ago (ERR_TIMEOUT)',
      ],
    });
  });

  it('a pair that answers shows that it is no firewall', () => {
    const { of } = checksOf({ via: 'tls', tried: { ...failed, pairs: [{ ...pair, state: 'answered' }] } });
    expect(of('peer-webrtc').summary).toMatch(/though UDP passes/);
  });

  it('what is under way is not known yet, unless UDP is blocked', () => {
    const tried = { ageMs: 0, pairs: [{ ...pair, state: 'checking' as const }] };
    expect(checksOf({ via: 'tls', tried }).of('peer-webrtc').status).toBe('unknown');
    const none = way({ heard: [] });
    const blocked = checksOf({ ...exchanged({ there: none, back: none, knocks: 0 }), tried });
    expect(blocked.of('peer-webrtc').status).toBe('fault');
  });

  it('is no fault where one side does without it', () => {
    expect(checksOf({ via: 'tls', takesWebrtc: false }).of('peer-webrtc').status).toBe('ok');
    expect(checksOf({ via: 'tls' }, { takesWebrtc: false }).of('peer-webrtc').status).toBe('ok');
    expect(checksOf({ via: 'tls' }).of('peer-webrtc')).toMatchObject({ status: 'unknown' });
  });
});
