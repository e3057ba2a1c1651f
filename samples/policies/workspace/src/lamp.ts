export interface Lamp {
  readonly watts: number;
}
