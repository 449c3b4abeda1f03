/** Limits of the signalling server, its sessions and proof of identity. Times are milliseconds, sizes are bytes. */
export const signallingLimits = {
  /** Before authentication: what devices may hold open, for how long, and how much they may send. */
  unauthenticated: {
    /** TLS handshakes and what follows them; loopback and addresses of proven peers have as many for themselves. */
    sockets: 32,
    /** Per remote address; loopback and addresses of proven peers are exempt: many nodes on one host are honest. */
    socketsPerAddress: 8,
    /** Sockets that have said nothing yet, or wait for a slot; over that one of the address that has most goes. */
    waiting: 128,
    /** Handshakes that begin in a second, processor time; of the exempt ones. */
    perSecond: 100,
    exemptPerSecond: 300,
    /** Addresses of which it is known when they last had a slot. */
    remembered: 1_024,
    /** Where a socket was turned away, devices known at its address are dialed: so often in all, and at one. */
    dialBackEveryMs: 50,
    dialBackAddressMs: 1_000,
    dialBackDevices: 8,
    timeMs: 10_000,
    /** So long a slot is safe from sockets of addresses that hold fewer: a handshake over Wi-Fi takes 0.1 s. */
    graceMs: 300,
    /** The same for the only slot of an address: many devices come at once after a power cut, and none is greedy. */
    loneGraceMs: 500,
    /** While others wait, a socket gives up its slot if a step (TLS, upgrade, proof) takes so long. */
    stepMs: 1_000,
    /** The limits above are looked after this often. */
    sweepMs: 100,
    bytes: 8_192,
    httpHeaderBytes: 8_192,
  },
  /** The WebSocket under signalling: memory of hostile frames. */
  webSocket: {
    maxPayload: 65_536,
    maxFragments: 16,
    maxBufferedChunks: 64,
    bufferedBytes: 1_048_576,
    /**
     * Frames are taken in for so long, then the event loop comes round for everything else: acknowledgements leave, while
     * what the window of the sender still holds is on its way.
     */
    turnMs: 0.5,
  },
  /** An authenticated signalling session: work that a peer can cause. */
  signalling: {
    messagesPerSecond: 50,
    burst: 100,
    messageBytes: 16_384,
    /** Of a transport or a feature, in an offer or a greeting; and names of one list there. */
    nameChars: 32,
    names: 32,
    candidates: 16,
    /** Sessions open with one peer at a time: both sides' dials and one spare. */
    sessionsPerPeer: 4,
    /** Messages kept for a session that has no listener yet, and bytes of them. */
    early: 64,
    earlySessionBytes: 131_072,
    /**
     * Bodies for links that do not exist, one a generation: bytes that one peer may have here, all of them together, and what
     * each counts beside its own.
     */
    earlyPerPeerBytes: 65_536,
    earlyBytes: 1_048_576,
    earlyOverhead: 512,
    pingEveryMs: 10_000,
    /** After our bye, for the other side to close: TCP sends it again after 0.2, 0.6 and 1.4 s. */
    closeMs: 2_000,
  },
  /** Network keys of one node: the one that it proves, and others that it accepts while a network changes its key. */
  access: { networkKeys: 4 },
  /** Failed authentications: back-off per (address, id), and at most one log line a minute for each. */
  authBackoff: { baseMs: 1_000, capMs: 60_000, entries: 1_024, logEveryMs: 60_000 },
} as const;
