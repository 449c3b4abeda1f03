/** The five states of a connection. */
export type ConnectionState = 'new' | 'connecting' | 'connected' | 'failed' | 'closed';

/** Why a connection changed its state: a closed set, each with what it means. */
export const reasons = {
  announced: 'a device with this id was heard',
  requested: 'the program called connect',
  session: 'the other side opened a signalling session',
  retry: 'the back-off has passed',
  hint: 'there was a reason to try again at once: news of the peer, a network change, a wake-up',
  opened: 'both sides proved over the link that they hear each other',
  replaced: 'a new link took the place of the old one',
  upgraded: 'a link over the preferred transport took over',
  fallback: 'a link over the signalling session took the place of one that ended or fell silent',
  unreachable: 'no address of the peer answered',
  denied: 'one side refused the other; the code says why',
  timeout: 'the attempt took too long',
  stalled: 'no link opened over a signalling session that works',
  'signalling-lost': 'the signalling session broke before the link was up',
  'link-lost': 'the link went down',
  'remote-lost': 'the other side lost its end of the link',
  silent: 'nothing was heard over the link for too long',
  gone: 'the process at the other end is gone',
  restarted: 'the peer came back as a new incarnation',
  contested: 'another copy of the device answered where the old one did not',
  superseded: 'a newer running copy of this device has its place',
  evicted: 'the peer was not there, and another one took its place',
  disconnect: 'this side closed it',
  'remote-disconnect': 'the other side closed it',
  abandoned: 'the program gave up its call of connect, and there was no other reason to connect',
  'remote-abandoned':
    'the program of the other side gave up its call of connect, and this side had no reason to connect',
  stopping: 'this node stops',
  'remote-stopping': 'the node at the other end stops',
} as const;

export type Reason = keyof typeof reasons;
