import { connectionSetup } from '../setup.ts';

/**
 * Dials, unless a dial is under way. A dial is not called back when the other side's session comes first: the other
 * side may have this one already, and if both called theirs back, both would be left with none.
 */
export const startDialer = connectionSetup.enqueueActions(({ context, enqueue }) => {
  if (context.dial.inProgress) return;
  enqueue.stopChild('dialer');
  enqueue.assign({ dial: { ...context.dial, inProgress: true } });
  const patient = context.state === 'connecting' && !context.offers && !context.dial.explicit;
  enqueue.spawnChild('dialer', { id: 'dialer', input: { peerId: context.id, patient } });
});

export const stopDialer = connectionSetup.enqueueActions(({ enqueue }) => {
  enqueue.stopChild('dialer');
  enqueue('noteDialEnd');
});

/** What is known of the peer's addresses may be new: a dial under way is for the old ones. */
export const renewDialer = connectionSetup.enqueueActions(({ event, enqueue }) => {
  if ((event.type === 'hint' && event.fresh) || (event.type === 'connect' && event.explicit)) enqueue(stopDialer);
});
