import { sendBombs } from './bombs.ts';
import { floodAttaches, openAndReset, openWithoutEnd, sendByteByByte } from './byte-streams.ts';
import { forgeDevices, sendChains } from './mdns.ts';
import {
  beginInAllLanes,
  floodReferences,
  jumpVolatiles,
  referWithoutBodies,
  sendBodiesAlone,
  sendBodyByteByByte,
  waitBehindReferences,
} from './message-bodies.ts';
import { sendMisplaced } from './misplaced-bodies.ts';
import { floodProperties, joinWithoutEnd } from './presence.ts';
import { probeWithoutEnd } from './probes.ts';
import { floodAnswers, floodBegins, floodPings, floodRequests, neverRead } from './records.ts';
import { floodIdleCredit, floodRewinds } from './rewinds.ts';
import { sendUncarried, sendUnfinished, signalNonsense, signalUnknownLinks, takePlaces } from './sessions.ts';
import { announceThirdParty, nameThirdParty } from './third-parties.ts';
import { connectWithoutKey, openSlowSockets } from './unauthenticated-sockets.ts';
import { leaveUnread } from './unread-links.ts';

/** Every attack by its name on the command line. */
export const attacks = {
  announceThirdParty,
  beginInAllLanes,
  floodAttaches,
  floodIdleCredit,
  floodReferences,
  floodRewinds,
  jumpVolatiles,
  openAndReset,
  openWithoutEnd,
  forgeDevices,
  nameThirdParty,
  sendChains,
  referWithoutBodies,
  sendBodiesAlone,
  sendBodyByteByByte,
  sendBombs,
  sendByteByByte,
  floodAnswers,
  floodBegins,
  floodPings,
  floodProperties,
  floodRequests,
  joinWithoutEnd,
  connectWithoutKey,
  leaveUnread,
  neverRead,
  openSlowSockets,
  probeWithoutEnd,
  sendMisplaced,
  sendUncarried,
  sendUnfinished,
  signalNonsense,
  signalUnknownLinks,
  takePlaces,
  waitBehindReferences,
} as const;

export type AttackName = keyof typeof attacks;
/** What an attack is told besides its target. */
export type AttackOptions<Name extends AttackName> = Parameters<(typeof attacks)[Name]>[1];
