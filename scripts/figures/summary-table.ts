import type { BenchResult } from '../../bench/support/result.ts';
import { figure, markdownTable } from './text.ts';

/** What the table of the README has: a line, and of each transport the figure, named by part/row/subject. */
const lines = [
  ['dial to connected and authenticated, p50', 'connect/p50/lanpeer, tls', 'connect/p50/lanpeer, webrtc', 'connect'],
  [
    'request of 100 bytes and its answer, p50',
    'round-trip/p50/lanpeer, tls',
    'round-trip/p50/lanpeer, webrtc',
    'round-trip',
  ],
  ['the same while 100 MB are under way, p99', 'mixed/p99/lanpeer, tls', 'mixed/p99/lanpeer, webrtc', 'mixed'],
  [
    'messages of 100 bytes, in a loop of `await node.send()`',
    'small/rate/lanpeer, tls',
    'small/rate/lanpeer, webrtc',
    'small',
  ],
  ['messages of 16 KiB', 'bulk/16k/lanpeer, tls', 'bulk/16k/lanpeer, webrtc', 'bulk'],
  ['messages of 60 KiB', 'bulk/60k/lanpeer, tls', 'bulk/60k/lanpeer, webrtc', 'bulk'],
  ['one message of 100 MB', 'bulk/100m/lanpeer, tls', 'bulk/100m/lanpeer, webrtc', 'bulk'],
  ['a byte stream of 1 GiB', 'stream/rate/lanpeer, default, stream', 'stream/rate/lanpeer, webrtc, stream', 'stream'],
  [
    'request of 100 bytes beside it, p99',
    'stream/p99/lanpeer, default, stream',
    'stream/p99/lanpeer, webrtc, stream',
    'stream',
  ],
  ['memory in use of an idle connection', 'idle/in-use/lanpeer, tls', 'idle/in-use/lanpeer, default', 'idle'],
  ['processor time of 50 idle connections', 'idle/cpu/lanpeer, tls', 'idle/cpu/lanpeer, default', 'idle'],
] as const;

const single = [
  [
    'dial to connected with the default transports, p50; beside js-libp2p over TCP',
    'connect/p50/lanpeer, default',
    'connect',
    'js-libp2p over TCP',
  ],
  ['start of a second process to its first message', 'reconnect/message/lanpeer run', 'reconnect', undefined],
  ['killed process noticed', 'reconnect/noticed/lanpeer run', 'reconnect', undefined],
  ['started again, back to connected', 'reconnect/restarted/lanpeer run', 'reconnect', undefined],
  ['20 nodes in one process, 190 connections, all connected', 'mesh/whole/20 nodes', 'mesh', undefined],
  ["`import('lanpeer')` beside a bare Node", "start/time/import('lanpeer')", 'start', undefined],
  ['RSS of one running node beside a bare Node', 'start/resident/a running node', 'start', undefined],
] as const;

const command = (part: string): string => `\`npm run bench -- --only ${part}\``;
const notMeasured = '–';

/** Medians, and ratios to the raw stack of the same rounds. */
export function summaryTable(result: BenchResult): string {
  const byTransport = lines.map(([what, tls, webrtc, part]) => [
    what,
    figure(result, tls) ?? notMeasured,
    figure(result, webrtc) ?? notMeasured,
    command(part),
  ]);
  const others = single.map(([what, path, part, against]) => [
    what,
    figure(result, path, against) ?? notMeasured,
    command(part),
  ]);
  return [
    markdownTable([
      ['', 'over the TLS session (× plain ws over TLS)', 'over WebRTC (× plain werift)', 'command'],
      ...byTransport,
    ]),
    markdownTable([['', 'lanpeer (× what it is beside)', 'command'], ...others]),
  ].join('\n\n');
}
