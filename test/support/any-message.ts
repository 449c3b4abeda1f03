import fc from 'fast-check';

const leaf = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array(),
);
/** Anything that a message can carry. */
export const { data: anyData } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('data')),
    fc.dictionary(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', 'toString')), tie('data'), {
      noNullPrototype: true,
    }),
  ),
}));
export const anyType = fc.stringMatching(/^[A-Za-z0-9_.:/-]{1,64}$/);
