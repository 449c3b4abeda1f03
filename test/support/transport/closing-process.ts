import { setImmediate as turn } from 'node:timers/promises';
import { type RecordedLink, recordLink } from '../../../src/testing/compliance/transport-pair.ts';
import { isDtls, tapDatagrams } from './datagrams.ts';
import { loopback, weriftOnLoopback } from './werift-pair.ts';

// Opens a link, closes it in the step that it is told, and has nothing left to do.
const step = process.argv[2];
const transport = weriftOnLoopback();
const offerer = recordLink(transport, 'offerer', loopback);
const answerer = recordLink(transport, 'answerer', loopback);
const ends: readonly RecordedLink[] = [offerer, answerer];
offerer.deliver((body) => answerer.link.signal(body));
answerer.deliver((body) => offerer.link.signal(body));

if (step === 'greeting') {
  // The other side never hears of the handshake, which goes on for a while.
  await new Promise<void>((resolve) => {
    let greetings = 0;
    tapDatagrams((datagram) => {
      if (!isDtls(datagram)) datagram.pass();
      else {
        greetings += 1;
        if (greetings === 3) resolve();
      }
    });
  });
} else if (step === 'signal' || step === 'negotiated' || step === 'open') {
  await offerer.when(() => offerer.count(step) > 0);
}
await Promise.all(ends.map(({ link }) => link.close()));
// The handle of a closed socket goes with the turn of the event loop.
await turn();
await turn();
process.stdout.write(`${process.getActiveResourcesInfo().filter((name) => name.startsWith('UDP')).length}\n`);
