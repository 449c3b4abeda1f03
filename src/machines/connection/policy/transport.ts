import { capabilitiesOf, type Via } from '../../../protocol/via.ts';

/** True for a transport whose links end with their signalling session, and open as soon as that is there. */
export const isCarriedBySession = (via: Via): boolean => capabilitiesOf(via).carriedBySession;

/** {@link isCarriedBySession} of a link; false where there is none. */
export const isLinkCarried = (link: { readonly via: Via } | null): boolean =>
  link !== null && isCarriedBySession(link.via);
