/** Limits of a diagnosis. Times are milliseconds. */
export const diagnosisLimits = {
  diagnosis: {
    /** What a program may ask for, and what it gets. */
    timeoutMs: 3_000,
    /** Of one that asks a peer as well: an address where nobody answers, and then what the peer tries. */
    peerTimeoutMs: 10_000,
    mostMs: 60_000,
    /** Nothing that was not heard after so long will be: nodes ask and announce themselves more often in their first seconds. */
    listenMs: 10_000,
    /** Lines of evidence of a check. */
    lines: 24,
    /** For answers to one more query, of a node that has listened for long. */
    answerMs: 1_000,
    /** Devices that are told of by name, and that are probed, each at so many addresses and for so long. */
    devices: 8,
    addresses: 4,
    probeMs: 2_000,
    /** Addresses of a peer that is asked for, and time for WebRTC to take over where UDP passes. */
    peerAddresses: 8,
    webrtcMs: 3_000,
    /** Addresses of which the last dial is remembered. */
    dials: 256,
    /** Other addresses of an own identity, and jumps of the clock, that are remembered. */
    copies: 8,
    jumps: 8,
    /** How often it is looked at whether this process is on time. */
    lookEveryMs: 50,
    /** A clock that differs by more from where it should be has jumped; so long it is told of. */
    jumpMs: 1_000,
    jumpedMs: 60_000,
    /** Timers of a process that is busy come so late, once, or by that share of the time. */
    lateMs: 2_000,
    lateShare: 0.5,
    /** A device that was not heard for longer and does not listen is most likely gone. */
    goneMs: 60_000,
    /** WebRTC is up long before that, where UDP passes. */
    upgradeMs: 60_000,
  },
} as const;
