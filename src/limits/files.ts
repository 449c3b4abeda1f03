/** Limits of files that are sent to peers. Times are milliseconds, sizes are bytes. */
export const fileLimits = {
  files: {
    /** Files and folders of one offer. */
    entries: 1_000_000,
    /** The path of one, relative to what was offered; each name in it; how many names it has. */
    pathBytes: 4_096,
    nameBytes: 255,
    depth: 64,
    /** What has a hash of its own. */
    pieceBytes: 1_048_576,
    /** Hashes in one frame, and entries of a journal that are in memory at once. */
    hashesPerFrame: 1_024,
    /** Names that an offer shows, and characters of each. */
    shownNames: 8,
    shownChars: 120,
    /** Offers that wait for an answer or are received, of all peers and of one. */
    receiving: 16,
    receivingPerPeer: 4,
    /** Transfers in a folder that have not come to their end. */
    unfinished: 64,
    /** Other names that are tried where a name is taken: in the folder, and inside an offer. */
    numbers: 1_000,
    numbersInside: 100,
    /** What stays free on the disk, looked at after so many pieces. */
    freeBytes: 16_777_216,
    freeEveryPieces: 16,
    /** Files that are complete and not known to be on the disk yet. */
    syncing: 16,
    /** Files that were sent and whose hash the receiver has not confirmed. */
    unconfirmed: 1_024,
    /** A peer that sends nothing of what it offered for so long has given up. */
    stallMs: 600_000,
    /** A sender waits so long for a peer that is gone. */
    reconnectMs: 30_000,
    /** When all is there, for both sides to know that the other one knows. */
    goodbyeMs: 2_000,
    /** Transfers that are over and still listed. */
    ended: 64,
  },
} as const;
