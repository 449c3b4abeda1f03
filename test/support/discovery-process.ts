import { bonjourDiscovery } from '../../src/adapters/discovery/bonjour-discovery.ts';
import { systemClock } from '../../src/environment.ts';
import { someAnnouncement } from './discovery.ts';

const listener = { device: () => undefined, error: () => undefined };
const make = () => bonjourDiscovery({ addresses: () => ['127.0.0.1'], clock: systemClock, random: Math.random });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** What keeps a process alive, but for its own output. */
const left = (): string[] => process.getActiveResourcesInfo().filter((kind) => !/Pipe|TTY|File|Immediate/.test(kind));

const hasty = make();
const starting = hasty.start(someAnnouncement(), listener);
await hasty.stop();
await starting;
// The handle of a socket is gone one turn of the event loop after its 'close'.
await turn();
await turn();
const atOnce = left();
const patient = make();
await patient.start(someAnnouncement(), listener);
patient.query();
await patient.stop();
await turn();
await turn();
process.stdout.write(JSON.stringify({ atOnce, later: left() }));
