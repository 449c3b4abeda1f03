/** One case of a compliance suite: rejects with an AssertionError when the implementation that was made fails it. */
export interface ComplianceCase<Make> {
  readonly name: string;
  run(make: Make): Promise<void>;
}
