/** Whom an attacker, or an honest peer, is to reach. */
export interface Target {
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly networkKey: string;
  readonly pid: number;
}
