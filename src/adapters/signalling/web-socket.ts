import type { RawData, WebSocket } from 'ws';
import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { formatGreetingFrame, type RefusalCode } from '../../protocol/greeting.ts';
import type { Authentication } from './authenticate.ts';
import type { Greeting } from './port.ts';

const { maxPayload, maxFragments, maxBufferedChunks } = limits.webSocket;

/** Caps of ws far below its defaults: small fragments by the thousand cost memory (CVE-2026-48779). */
export const webSocketOptions = { perMessageDeflate: false, maxPayload, maxFragments, maxBufferedChunks } as const;

/** A refusal, and whether this side pronounced it. */
export interface Refused {
  readonly code: RefusalCode;
  readonly by: 'local' | 'remote';
}

export interface AuthenticateOptions {
  readonly authentication: Authentication;
  /** A reason of this side to refuse before anything else is said. */
  readonly fault: RefusalCode | undefined;
  readonly clock: Clock;
  /** Called at once when both sides are authorised; what it returns takes the text frames from then on. */
  readonly done: (greeting: Greeting) => (text: string) => void;
  readonly refused: (refused: Refused) => void;
  /** The socket ended before either of them. */
  readonly lost: (error: LanpeerError) => void;
}

/** Closes with the last words still on the way, but not for longer than `limits.signalling.closeMs`. */
export function closeSoon(ws: WebSocket, clock: Clock): void {
  const timer = clock.setTimeout(() => ws.terminate(), limits.signalling.closeMs);
  ws.once('close', () => clock.clearTimeout(timer));
  ws.close(1008);
}

function textOf(data: RawData): string {
  return Buffer.isBuffer(data)
    ? data.toString('utf8')
    : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]).toString('utf8');
}

/** Runs the authentication over an open WebSocket. One of the three callbacks is called, once. */
export function authenticate(ws: WebSocket, options: AuthenticateOptions): void {
  const { authentication, fault, clock } = options;
  let settled = false;
  let sink: (text: string) => void = (text) => {
    const step = authentication.hear(text);
    if (step.say !== undefined) ws.send(step.say);
    if (step.kind === 'more') return;
    settled = true;
    if (step.kind === 'done') {
      sink = options.done(step.greeting);
      return;
    }
    sink = () => undefined;
    closeSoon(ws, clock);
    options.refused({ code: step.code, by: step.say === undefined ? 'remote' : 'local' });
  };
  // A frame that ws itself refuses ends the socket; without a listener it would end the process.
  ws.on('error', () => ws.terminate());
  ws.on('message', (data, isBinary) => {
    if (isBinary) ws.terminate();
    else sink(textOf(data));
  });
  ws.once('close', () => {
    if (settled) return;
    settled = true;
    options.lost(new LanpeerError('ERR_SIGNALLING', 'The other end closed the session during authentication.'));
  });
  if (fault) {
    settled = true;
    sink = () => undefined;
    ws.send(formatGreetingFrame({ type: 'refuse', code: fault }));
    closeSoon(ws, clock);
    options.refused({ code: fault, by: 'local' });
  } else if (authentication.first !== undefined) ws.send(authentication.first);
  ws.resume();
}
