/** One thing broken. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  /** Is in the file once. */
  readonly from: string;
  readonly to: string;
  /** The file of the test that fails by it; undefined: the simulation notices it. */
  readonly test?: string;
}
