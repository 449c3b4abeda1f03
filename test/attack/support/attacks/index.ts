import { sendBombs } from './bombs.ts';
import { floodAttaches, openAndReset, openWithoutEnd, sendByteByByte } from './byte-streams.ts';
import { forgeDevices, sendChains } from './mdns.ts';
import { floodProperties, joinWithoutEnd } from './presence.ts';
import { probeWithoutEnd } from './probes.ts';
import { floodAnswers, floodBegins, floodPings, floodRequests, neverRead } from './records.ts';
import { sendUncarried, sendUnfinished, signalNonsense, signalUnknownLinks, takePlaces } from './sessions.ts';
import { announceThirdParty, nameThirdParty } from './third-parties.ts';
import { connectWithoutKey, openSlowSockets } from './unauthenticated-sockets.ts';
import { leaveUnread } from './unread-links.ts';

/** Every attack by its name on the command line. */
export const attacks = {
  announceThirdParty,
  floodAttaches,
  openAndReset,
  openWithoutEnd,
  forgeDevices,
  nameThirdParty,
  sendChains,
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
  sendUncarried,
  sendUnfinished,
  signalNonsense,
  signalUnknownLinks,
  takePlaces,
} as const;

export type AttackName = keyof typeof attacks;
/** What an attack is told besides its target. */
export type AttackOptions<Name extends AttackName> = Parameters<(typeof attacks)[Name]>[1];
