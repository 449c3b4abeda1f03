/** Limits of dials, attempts and the back-off between them. Times are milliseconds, sizes are bytes. */
export const connectionLimits = {
  /** Dials: what announcements may make this node do. */
  dial: {
    atOnce: 8,
    perSource: 2,
    /** A dial without an end for so long counts no more in `atOnce` while others wait; so many times that are the most. */
    idleMs: 500,
    idleTimes: 4,
    /** Dials to one address, and in all, that nothing but announcements speaks for: any device can name any address. */
    perTarget: { burst: 16, perSecond: 4 },
    unverified: { burst: 64, perSecond: 16 },
    /** Addresses that become known while a dial is under way: of one source, and in all. */
    addedPerSource: 4,
    added: 16,
    timeoutMs: 2_000,
    authenticationMs: 5_000,
    staggerMs: 250,
    /** An address that has not answered is dialed again beside the first dial, so long after the last dial. */
    againMs: [500, 1_000],
    /** So many begin at once, each more of them so long after the one before, while this process is on time. */
    eager: 2,
    nextMs: 10,
    /** For so long a dial waits for this process to be on time for three looks, where the other side dials as well. */
    patienceMs: 5_000,
    /** A look that comes later than this shows that this process is what is slow: more dials would only make it slower. */
    lookEveryMs: 50,
    lateMs: 20,
    addresses: 16,
    /** Ports below it need a privilege: services of others, which no announcement makes this node call. */
    leastPort: 1_024,
    /** Of addresses that failed since the peer was reached there so many are dialed at a time, in turn. */
    failing: 2,
    /** A dial that fails asks by mDNS if nothing was heard of the device for so long. */
    askAfterMs: 5_000,
    /** A device that did not answer for so long was away: that it is heard again is news. */
    answerMs: 3_000,
    /**
     * Addresses off the link that announcements name: any device can name any host of a network behind a router. So
     * many of one device, so many in all, each dialed after all else failed; one dial in so long. One that was not
     * reached gives its place up after so long.
     */
    offLink: 4,
    /** So many places for what one source announces. */
    offLinkPerSource: 3,
    offLinkEveryMs: 1_000,
    offLinkHoldMs: 600_000,
    /** Addresses at which a peer was reached that are kept. */
    confirmed: 4,
  },
  /** Peers: connections, links and their machines. */
  peers: { default: 64, max: 256, remembered: 1_024 },
  /** Another run with this node's own key: dials that announcements of its id may cause, and what is told of it. */
  copies: {
    /** Dials at a time, and how soon one address is dialed again. */
    atOnce: 2,
    againMs: 2_000,
    /** Addresses that are remembered for that. */
    remembered: 64,
    /** A node that was superseded looks this often whether the newer copy is still there, and this often on each look. */
    checkEveryMs: 15_000,
    looks: 3,
    lookAgainMs: 1_000,
    tellEveryMs: 60_000,
  },
  /** One attempt to connect: the dial from its begin, then the link. */
  connect: {
    /** A dial, from the first address that is tried: those of single addresses end long before. */
    dialMs: 30_000,
    /** A link over TLS, or the offer that has to come: nothing but a slow process delays them. */
    timeoutMs: 15_000,
    /** A WebRTC link that is not open by then is replaced by a link of a new generation on the same signalling session. */
    stallMs: 3_000,
    /** A link ended while its signalling session lives: one over that session has so long to open. */
    fallbackMs: 3_000,
    /** So many links over a session may end, one after the other, before the connection has failed. */
    maxFailedLinks: 4,
    linksPerAttempt: 6,
    /** The higher id gives the lower one this head start before it dials. */
    headStartMs: [400, 800],
    /** Time for the current link to answer when another copy of a device claims it. */
    identityConflictMs: 2_000,
    /** A link in doubt (news of the peer, a network change) that does not answer for so long: the peer is dialed. */
    probeMs: 250,
    /** Time for the doubt to be settled; after it the link's own time limits decide. */
    verifyMs: 4_000,
    /** Signalling was refused and the link is silent for so long: the process is gone. */
    goneMs: 300,
    /** A live link without signalling dials again this often. */
    redialMs: 5_000,
    /** After so many of these dials in vain TCP is blocked: from then on this often. */
    redials: 12,
    redialSlowMs: 60_000,
    /** Signalling broke and the dial came to nothing, but not because the port is closed: dial again after so long. */
    againMs: 250,
  },
  /** Reconnecting: full jitter between 0 and base · 2ⁿ, never over the cap. */
  backoff: {
    baseMs: 250,
    capMs: 30_000,
    /** While a session may still be resumed. */
    resumeCapMs: 1_000,
    resumeMs: 300_000,
    /** That cap as a share of the outage so far, once that is more. */
    resumeShare: 1 / 8,
    /** A link that lived so long resets the attempts. */
    stableMs: 30_000,
    giveUpMs: 600_000,
    /** A device that is heard and not reached is tried this often for ever, give or take a quarter. */
    heardRetryMs: 60_000,
    /** New incarnations of a peer without a stable link: from then on it waits its back-off out. */
    crashes: 3,
    /** News puts a live link in doubt at most this often. */
    hintEveryMs: 1_000,
  },
  /** Bringing up the preferred transport beside a link over the signalling session. */
  upgrade: {
    baseMs: 1_000,
    capMs: 60_000,
    /** From its turn on; then it has failed. */
    timeoutMs: 10_000,
    /** Of one node at a time. */
    atOnce: 2,
    /** Whether the event loop has time is looked at this often while upgrades wait. */
    lookEveryMs: 50,
    /** A look that comes later than this by itself shows an event loop without time: nothing begins. */
    lateMs: 20,
    /** After that the next look is later by up to so long, by chance. */
    lateLookMs: 500,
    /** Nothing begins so soon after the last connection opened, nor while dials are under way, for so long at most. */
    quietMs: 150,
    patienceMs: 15_000,
  },
} as const;
