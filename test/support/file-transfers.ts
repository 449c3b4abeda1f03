import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { filter, firstValueFrom } from 'rxjs';
import { systemClock } from '../../src/environment.ts';
import type { LanpeerError } from '../../src/errors.ts';
import { DiskSource } from '../../src/files/disk-source.ts';
import { FileReceiver, type FileReceiverOptions } from '../../src/files/receiver.ts';
import { sendFiles } from '../../src/files/send-files.ts';
import type { FileSource } from '../../src/files/source.ts';
import { type FileTransfer, FileTransfers } from '../../src/files/transfers.ts';
import type { LanpeerNode } from '../../src/index.ts';
import { createMemoryNetwork, type MemoryNetwork } from '../../src/testing/index.ts';
import { makeDirectory } from './cli.ts';
import { whenTestEnds } from './hooks.ts';
import { access, connectPair } from './run-streams.ts';

const nodes: LanpeerNode[] = [];

whenTestEnds(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()));
});

/** How a transfer ended at its receiver. */
export interface Ended {
  readonly transfer: FileTransfer;
  readonly error: LanpeerError | undefined;
}

export type ReceiveOptions = Partial<Pick<FileReceiverOptions, 'decide' | 'platform' | 'clock' | 'transfers'>>;

/** A receiver in a folder, and how its transfers end. */
export class TestReceiver {
  readonly receiver: FileReceiver;
  readonly transfers: FileTransfers;
  /** Names that things got. */
  readonly published: string[] = [];
  readonly ended: Ended[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(node: LanpeerNode, folder: string, options: ReceiveOptions = {}) {
    this.transfers = options.transfers ?? new FileTransfers(Date.now);
    this.receiver = new FileReceiver({
      ...{ node, folder, clock: systemClock, decide: async () => true, ...options, transfers: this.transfers },
      published: (_, path) => this.published.push(path),
      ended: (transfer, error) => {
        this.ended.push({ transfer, error });
        for (const look of this.#waiting.splice(0)) look();
      },
    });
  }

  /** How the next one ends, or that at this place. */
  async end(at = 0): Promise<Ended> {
    for (;;) {
      const ended = this.ended[at];
      if (ended) return ended;
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    }
  }
}

/** Two nodes in memory that are connected, with a folder to send from and one to receive into. */
export async function startFilePair({ reconnectMs = 20_000 } = {}) {
  const network = createMemoryNetwork();
  const [desk, shelf] = ['desk', 'shelf'].map((name) => network.createNode({ name, access })) as [
    LanpeerNode,
    LanpeerNode,
  ];
  nodes.push(desk, shelf);
  await connectPair(desk, shelf);
  const [from, into] = [await makeDirectory(), await makeDirectory()];
  const transfers = new FileTransfers(Date.now);
  const send = async (source: FileSource | readonly string[], signal = new AbortController().signal) =>
    sendFiles({
      ...{ node: desk, to: shelf.id, transfers, clock: systemClock, signal },
      source: 'offer' in source ? source : await DiskSource.of(source.map((name) => join(from, name))),
      reconnectMs,
    });
  return { network, desk, shelf, from, into, send, sent$: transfers.changes$ };
}

/** Another node of that network, to which that one is a peer. */
export async function addNode(network: MemoryNetwork, to: LanpeerNode): Promise<LanpeerNode> {
  const node = network.createNode({ name: 'other', access });
  nodes.push(node);
  await node.start();
  await firstValueFrom(node.peers$.pipe(filter((peers) => peers.has(to.id))));
  return node;
}

/** Makes files below a folder: their bytes, or how many random ones. A name that ends with a slash is a folder. */
export async function makeFiles(
  folder: string,
  files: Readonly<Record<string, string | number | Uint8Array>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    if (name.endsWith('/')) {
      await mkdir(path, { recursive: true });
      continue;
    }
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === 'number' ? randomBytes(content) : content);
  }
}

/** What is in a folder, however deep: hashes of files by path, null for folders. */
export async function hashesBelow(folder: string): Promise<Readonly<Record<string, string | null>>> {
  const found: Record<string, string | null> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    found[name] = entry.isFile()
      ? createHash('sha256')
          .update(await readFile(path))
          .digest('hex')
      : null;
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}
