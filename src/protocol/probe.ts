import * as v from 'valibot';
import { limits } from '../limits.ts';

/** A node answers probes of its peers: whether TCP reaches them, and which datagrams pass each way. */
export const probesFeature = 'probes';

/** How far TCP came. `not-permitted`: this machine itself does not let it out. */
export const tcpResults = ['open', 'refused', 'timed-out', 'unreachable', 'not-permitted', 'failed'] as const;
export type TcpResult = (typeof tcpResults)[number];

/**
 * Who answered, once TCP was open: the device that was meant, another one, one without a certificate, something that does
 * not speak TLS 1.3, nobody in time, or somebody who closed.
 */
export const tlsResults = ['expected', 'other', 'no-certificate', 'not-tls', 'timed-out', 'closed'] as const;
export type TlsResult = (typeof tlsResults)[number];

/** Datagrams of that many bytes that came. */
export type HeardDatagrams = readonly (readonly [bytes: number, count: number])[];

const { sizes, datagrams, tokenBytes } = limits.probes;
const { leastPort } = limits.webrtc;

const probe = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const port = v.pipe(v.number(), v.integer(), v.minValue(leastPort), v.maxValue(65_535));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(datagrams));
const ms = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(60_000));
/** Of the operating system, as Node.js has it. */
const errno = v.nullable(v.pipe(v.string(), v.regex(/^E[A-Z0-9_]{1,30}$/)));

/** What a side asks of the other. It names no address: that is the one from which its session comes. */
export const probeMessage = v.variant('of', [
  /** To dial back, at the port of its greeting. */
  v.object({ type: v.literal('probe'), probe, of: v.literal('tcp') }),
  /** To exchange datagrams with that port of it. */
  v.object({
    type: v.literal('probe'),
    probe,
    of: v.literal('udp'),
    port,
    token: v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${2 * tokenBytes}}$`))),
  }),
]);

export type ProbeMessage = v.InferOutput<typeof probeMessage>;

/** The answers to it. */
export const probedMessage = v.variant('of', [
  v.object({
    type: v.literal('probed'),
    probe,
    of: v.literal('tcp'),
    tcp: v.picklist(tcpResults),
    tls: v.nullable(v.picklist(tlsResults)),
    ms,
  }),
  /** The port of the other side: datagrams may go there. */
  v.object({ type: v.literal('probed'), probe, of: v.literal('udp-port'), port }),
  /** That port is closed; what came, how many left by themselves, and why one could not. */
  v.object({
    type: v.literal('probed'),
    probe,
    of: v.literal('udp'),
    heard: v.pipe(v.array(v.tuple([v.picklist(sizes), count])), v.maxLength(sizes.length)),
    sent: count,
    errno,
  }),
  /** Not now: too many were asked for; or it cannot, as no port is there to dial or to open. */
  v.object({ type: v.literal('probed'), probe, of: v.literal('none'), why: v.picklist(['busy', 'unable']) }),
]);

export type ProbedMessage = v.InferOutput<typeof probedMessage>;
