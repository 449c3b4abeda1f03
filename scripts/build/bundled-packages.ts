/**
 * Packages whose code is shipped inside ours, so that a program does not install them. `typed` ones are installed all the
 * same: the types of our public interface name theirs.
 */
export const bundledPackages = {
  typed: ['rxjs', 'valibot'],
  untyped: ['get-east-asian-width', 'uqr', 'werift'],
} as const;
