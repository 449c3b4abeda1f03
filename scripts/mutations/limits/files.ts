import type { LimitTests } from './limit-tests.ts';

export const files: LimitTests = {
  reached: {
    'test/unit/files/names.test.ts': ['files.pathBytes', 'files.nameBytes', 'files.depth', 'files.shownChars'],
    'test/unit/files/frames.test.ts': ['files.entries', 'files.pieceBytes', 'files.hashesPerFrame', 'files.shownNames'],
    'test/unit/files/hostile-sender.test.ts': ['files.numbersInside'],
    'test/unit/files/limits.test.ts': [
      'files.receiving',
      'files.receivingPerPeer',
      'files.unfinished',
      'files.numbers',
      'files.syncing',
      'files.unconfirmed',
      'files.stallMs',
      'files.reconnectMs',
      'files.goodbyeMs',
      'files.ended',
      'files.freeBytes',
    ],
  },
  unreached: ['files.freeEveryPieces'],
};
