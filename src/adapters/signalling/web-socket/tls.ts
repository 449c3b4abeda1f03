import { constants, type KeyObject } from 'node:crypto';
import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { type DeviceId, deviceIdOf } from '../../../protocol/device-id.ts';

/** Path and sub-protocol of the signalling WebSocket. */
export const signallingPath = '/lanpeer/1';
export const subProtocol = 'lanpeer.1';

/** Header with which a server says why it refuses before the upgrade. */
export const refusalHeader = 'lanpeer-refusal';

/** Headers of the upgrade with the first frame of each side: `hello` of the dialer, `welcome` of the listener. */
export const helloHeader = 'lanpeer-hello';
export const welcomeHeader = 'lanpeer-welcome';

/** JSON as the value of a header (RFC 9110 section 5.5), which has visible characters of ASCII only. */
export const headerValue = (json: string): string =>
  json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const exporterLabel = 'EXPORTER-lanpeer';

/** Key and certificate of this side. */
export interface Credentials {
  readonly id: DeviceId;
  /** PKCS #8 PEM of an Ed25519 key. */
  readonly privateKeyPem: string;
  /** Self-signed certificate over that key, PEM. */
  readonly certificatePem: string;
}

/**
 * TLS 1.3 (RFC 8446) with an Ed25519 certificate on both sides. Certificates are self-signed: TLS proves which key the
 * other side holds, access control decides what that key may do. No resumption: a ticket would carry an identity without
 * its key.
 */
export function tlsOptions({ privateKeyPem, certificatePem }: Credentials) {
  return {
    key: privateKeyPem,
    cert: certificatePem,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    sigalgs: 'ed25519',
    rejectUnauthorized: false,
    secureOptions: constants.SSL_OP_NO_TICKET,
  } as const;
}

/** The same for every dial of a node: with one of its own each, a socket costs 20 KiB more. */
export const dialContext = (credentials: Credentials): SecureContext => createSecureContext(tlsOptions(credentials));

/** DER of a SubjectPublicKeyInfo (RFC 8410 section 4) up to the 32 bytes of the Ed25519 key. */
const ed25519Spki = Buffer.from('302a300506032b6570032100', 'hex');

/** As `export` has it, without OpenSSL's encoder, which takes as long as a signature. */
function spkiOf(key: KeyObject): Buffer {
  const { crv, x } = key.asymmetricKeyType === 'ed25519' ? key.export({ format: 'jwk' }) : {};
  if (crv !== 'Ed25519' || x === undefined) return key.export({ type: 'spki', format: 'der' });
  return Buffer.concat([ed25519Spki, Buffer.from(x, 'base64url')]);
}

/** What a finished handshake proves: the id of the other side and a secret that only both ends know. */
export interface ProvenPeer {
  readonly id: DeviceId;
  /** 32 bytes of the exporter (RFC 8446 section 7.5) with an empty context. */
  readonly exporter: Uint8Array;
}

/** Undefined if the other side showed no certificate, or resumed a session. */
export function provenPeerOf(socket: TLSSocket): ProvenPeer | undefined {
  if (socket.isSessionReused()) return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return undefined;
  return {
    id: deviceIdOf(spkiOf(certificate.publicKey)),
    exporter: socket.exportKeyingMaterial(32, exporterLabel, Buffer.alloc(0)),
  };
}

/**
 * True for a fault that was found in what the other end sent: by OpenSSL, or by the parsers of HTTP and WebSocket. A
 * connection that was reset, closed or abandoned half-way is none.
 */
export function isProtocolError(thrown: Error): boolean {
  const code = 'code' in thrown ? String(thrown.code) : '';
  // OpenSSL has a code of its own for a connection that ends early.
  return /^(?:ERR_SSL|HPE|WS_ERR)_/.test(code) && !code.includes('UNEXPECTED_EOF') && code !== 'HPE_INVALID_EOF_STATE';
}
