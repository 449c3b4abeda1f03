/** The limits of one subject, as in `src/limits`, and how they are tested. */
export interface LimitTests {
  /**
   * Tests, and the limits that each reaches: with one of these a thousand times as large (0 if it is a least size or an
   * overhead) the test fails.
   */
  readonly reached: Readonly<Record<string, readonly string[]>>;
  /**
   * Limits of which no unit test is known that notices: what they bound shows with real sockets, in a browser or in the
   * simulation, or is not tested.
   */
  readonly unreached: readonly string[];
}
