/** What is measured, and in which unit. */
export interface Row {
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly better: 'less' | 'more';
}

export interface BenchOptions {
  readonly rounds: number;
  /** Less of everything: whether it works, not figures. */
  readonly quick: boolean;
  /** Share of packets that is lost each way, in percent. */
  readonly lossPercent: number;
  /** Rounds are left out where a part would take too long. */
  readonly limited?: boolean;
}

/** One of those that a part measures by turns. */
export interface Subject {
  readonly name: string;
  /** The subject that ratios are to. */
  readonly base?: string;
  /** At most so many rounds; default: all. */
  readonly rounds?: number;
  /** Why it cannot be measured here. */
  readonly missing?: string;
  measure(add: (row: string, value: number) => void): Promise<void>;
  close?(): void;
}

/** A part of the benchmark. */
export interface Part {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Row[];
  /** Whether it says something where packets are lost. */
  readonly underLoss: boolean;
  /** No round begins that would end later than that; default: 240 s. */
  readonly limitSeconds?: number;
  subjects(options: BenchOptions): readonly Subject[];
}

/** What became of a part. */
export interface PartResult {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
  /** Load average of one minute, before and after. */
  readonly load: readonly [before: number, after: number];
  readonly rows: readonly RowResult[];
  /** What a subject is compared with. */
  readonly bases: Readonly<Record<string, string>>;
  /** What was not measured, and why. */
  readonly notes: readonly string[];
}

export interface RowResult extends Row {
  /** The value of each round, by subject. */
  readonly values: Readonly<Record<string, readonly number[]>>;
}
