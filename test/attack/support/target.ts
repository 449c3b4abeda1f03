/** The victim that an attacker, or an ordinary peer, connects to. */
export interface Target {
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly networkKey: string;
  readonly pid: number;
}
