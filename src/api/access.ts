import type { DeviceId } from '../protocol/device-id.ts';

/**
 * Which devices may become peers; required. `'open'` lets in every device on the network, `{ open: true, deny }` every
 * one but those, `{ trust: 'first-use' }` those that a person has accepted.
 */
export type Access =
  | 'open'
  | {
      readonly open: true;
      /** Ids that may not become peers. */
      readonly deny?: Iterable<DeviceId>;
    }
  | {
      /**
       * Only devices that this node trusts (`trusted$`). Others prove their identity and wait (`pending$`) until somebody
       * accepts them with `trust`. What is trusted is kept in the state directory.
       */
      readonly trust: 'first-use';
      /** Ids that may not become peers, trusted or not; they do not wait. */
      readonly deny?: Iterable<DeviceId>;
    }
  | {
      readonly open?: false;
      /**
       * Text from `lanpeer key`; every peer must prove that it holds the same. Of several, at most 4, the first is announced
       * and proven, and the others are accepted as well, while a network changes its key; one that comes twice counts once.
       */
      readonly networkKey?: string | readonly string[];
      /** Ids that may become peers, at most 65,536; with a key, both are required. An empty list lets no device in. */
      readonly allow?: Iterable<DeviceId>;
      /** Ids that may not, whatever they prove: that of a device that was stolen, or copied. */
      readonly deny?: Iterable<DeviceId>;
    };
